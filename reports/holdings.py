"""Reads what a user holds: symbol and units, one row each."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.errors import ReportsError
from warehouse.seeds import nearest

NEEDED = ("symbol", "units")
COLUMNS = (*NEEDED, "strategy", "lot", "min_notional_usd")
CASH = "cash"  # in lower case: CASH is a ticker


@dataclass(frozen=True)
class Holding:
    """A row of a holdings file.

    Attributes
    ----------
    units : shares or coins, short below 0; US dollars where the symbol is ``cash``.
    strategy : whose book it belongs to; None where the file does not say.
    lot, min_notional_usd : in place of those of the asset class, where given.
    """

    symbol: str
    units: float
    strategy: str | None
    lot: float | None
    min_notional_usd: float | None


def read_holdings(path: Path) -> list[Holding]:
    """Read a holdings file: CSV with the columns symbol and units.

    The columns strategy, lot and min_notional_usd may stand beside them.

    Raises
    ------
    ReportsError : no such file; an unknown or missing column; a cell that is no number; a symbol
        twice. Each with its row.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReportsError(f"{path}: no readable holdings file ({error}).") from error
    return parsed_holdings(content, str(path))


def parsed_holdings(content: bytes, name: str) -> list[Holding]:
    """The rows of a holdings file's content; its name is for the messages.

    Raises
    ------
    ReportsError : as read_holdings.
    """
    try:
        lines = io.StringIO(content.decode("utf-8-sig"), newline="")
        reader = csv.DictReader(lines)
        header = [cell.strip() for cell in reader.fieldnames or []]
        reader.fieldnames = header
        rows = list(enumerate(reader, start=2))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReportsError(f"{name}: no readable holdings file ({error}).") from error
    problems = list(header_problems(header))
    if not problems:
        problems = [problem for line, row in rows for problem in row_problems(line, row)]
    if not problems:
        problems = list(twin_problems(rows))
    if problems:
        said = "\n".join(f"  {problem}" for problem in problems[:20])
        raise ReportsError(f"{name} cannot be used as holdings:\n{said}")
    return [
        Holding(
            symbol=cell(row, "symbol"),
            units=float(cell(row, "units")),
            strategy=cell(row, "strategy") or None,
            lot=optional(row, "lot"),
            min_notional_usd=optional(row, "min_notional_usd"),
        )
        for _, row in rows
    ]


def cell(row: Mapping[str, str | None], column: str) -> str:
    """A cell without the blanks around it; empty where there is none."""
    return (row.get(column) or "").strip()


def optional(row: Mapping[str, str | None], column: str) -> float | None:
    """A number, or None where the cell is empty."""
    return float(cell(row, column)) if cell(row, column) else None


def header_problems(header: list[str]) -> Iterator[str]:
    """Columns that are missing, unknown or there twice."""
    for column in header:
        if column not in COLUMNS:
            yield f"row 1: '{column}' is no column of holdings. {nearest(column, COLUMNS)}"
        elif header.count(column) > 1:
            yield f"row 1: the column {column} stands twice."
    for column in NEEDED:
        if column not in header:
            yield f"row 1: the column {column} is missing; it needs {' and '.join(NEEDED)}."


def row_problems(line: int, row: Mapping[str, str | None]) -> Iterator[str]:
    """Cells of one row that cannot be read."""
    if None in row:
        yield f"row {line}: it has more cells than the header."
        return
    if not cell(row, "symbol"):
        yield f"row {line}: it has no symbol."
    units = number(cell(row, "units"))
    if units is None:
        yield f"row {line}: units is '{cell(row, 'units')}'; it must be a number such as 12.5."
    for column in ("lot", "min_notional_usd"):
        given = cell(row, column)
        value = number(given)
        if given and (value is None or value < 0 or (column == "lot" and value == 0)):
            bound = "above 0" if column == "lot" else "at or above 0"
            yield f"row {line}: {column} is '{given}'; it must be a number {bound}, or empty."


def number(text: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def twin_problems(rows: list[tuple[int, dict[str, str]]]) -> Iterator[str]:
    """Symbols that one book holds in two rows."""
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        key = (cell(row, "strategy"), cell(row, "symbol"))
        if key in seen:
            yield (
                f"row {line}: {key[1]} stands in row {seen[key]} already. Add up the units in one."
            )
        seen.setdefault(key, line)
