"""Imported by the process of which those that draw are copies: all that drawing needs."""

from reports.figures import all_figures

all_figures()
