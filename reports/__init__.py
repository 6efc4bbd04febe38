"""Figures, tables and the terminal summary of a dataset, read from its published file only."""
