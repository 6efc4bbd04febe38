"""Tables in a terminal or a file: as wide as their names need, with fewer columns where narrow."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

PIPED_WIDTH = 100  # of prose, where the output is no terminal


def terminal() -> Console:
    """Where to print; 100 columns where the output is no terminal."""
    if sys.stdout.isatty():
        return Console()
    return Console(width=PIPED_WIDTH, force_terminal=False)


def name_column(heading: str) -> Column:
    """A column of names, none of which is broken."""
    return Column(heading, no_wrap=True)


def number_columns(*headings: str) -> list[Column]:
    """Columns of numbers."""
    return [Column(heading, justify="right", no_wrap=True) for heading in headings]


def print_table(
    console: Console,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    expendable: Sequence[str] = (),
) -> None:
    """Print a table none of whose names is broken.

    Where the output is no terminal the table is as wide as that takes. A terminal too narrow for
    it shows less: columns are left out, and named below the table.

    Parameters
    ----------
    columns : those that may wrap give way first; the others are as wide as their widest cell.
    rows : cells as rich markup.
    expendable : headings of columns that are left out for want of room, the first one first.
    """
    left_out: list[str] = []
    table = table_of(columns, rows)
    waiting = list(expendable)
    while waiting and console.is_terminal and least_width(console, table) > console.width:
        left_out.append(waiting.pop(0))
        kept = [place for place, column in enumerate(columns) if column.header not in left_out]
        table = table_of(
            [columns[place] for place in kept], [[row[place] for place in kept] for row in rows]
        )
    width = console.width
    if not console.is_terminal:
        console.width = max(width, least_width(console, table))
    console.print(table)
    console.width = width
    if left_out:
        console.print(f"A wider terminal shows {', '.join(left_out)} too.", highlight=False)


def table_of(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    """A table whose columns of names and numbers are as wide as their widest cell."""
    fitted = [
        replace(column.copy(), min_width=widest(column, [row[place] for row in rows]))
        if column.no_wrap
        else column.copy()
        for place, column in enumerate(columns)
    ]
    table = Table(*fitted, box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for row in rows:
        table.add_row(*row)
    return table


def widest(column: Column, cells: Sequence[str]) -> int:
    """The width of the widest cell or of the heading."""
    texts = [str(column.header), *(Text.from_markup(cell).plain for cell in cells)]
    return max(cell_len(text) for text in texts)


def least_width(console: Console, table: Table) -> int:
    """The least width at which nothing of a table is cut."""
    return Measurement.get(console, console.options.update(max_width=10_000), table).minimum
