"""Tells the user what landed and what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from ingest.config import Dataset
from ingest.runs import SourceResult

N_NAMES = 8


def show(spec: Dataset, results: Sequence[SourceResult]) -> None:
    """Print the rows that landed and the items that did not; warnings and errors to stderr."""
    for result in results:
        for warning in result.landed.warnings if result.landed else ():
            click.echo(f"warning: {warning}", err=True)
        if result.error is not None:
            click.echo(f"error: {result.source}: {result.error}", err=True)
    console = Console()
    console.print(_landed_table(spec, results))
    if any(result.n_missing for result in results):
        console.print(_missing_table(spec, results))


def _landed_table(spec: Dataset, results: Sequence[SourceResult]) -> Table:
    table = Table("source", "table", title=f"{spec.name}: what landed", title_justify="left")
    for column in ("landed", "unchanged", "rejected"):
        table.add_column(column, justify="right")
    for result in results:
        for line in result.landed.tables if result.landed else ():
            counts = (line.landed, line.unchanged, line.rejected)
            table.add_row(result.source, line.table, *(f"{count:,}" for count in counts))
    return table


def _missing_table(spec: Dataset, results: Sequence[SourceResult]) -> Table:
    title = f"{spec.name}: what is missing (raw.fetch_log says why)"
    table = Table("source", "outcome", title=title, title_justify="left")
    table.add_column("items", justify="right")
    table.add_column("of", justify="right")
    table.add_column("which")
    for result in results:
        for outcome, names in sorted(result.missing.items()):
            some = ", ".join(names[:N_NAMES]) + (", ..." if len(names) > N_NAMES else "")
            table.add_row(result.source, outcome, f"{len(names):,}", f"{result.n_items:,}", some)
    return table
