"""Imported by the process of which those beside a report are copies: all that they need."""

import reports.document.pdf  # noqa: F401
from reports.figures import all_figures

all_figures()
