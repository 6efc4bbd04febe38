"""``python -m ingest <dataset>``: lands the sources of a dataset in its work file."""

from __future__ import annotations

import csv
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from ingest.config import load_dataset
from ingest.errors import DatasetError, IngestError
from ingest.runs import exit_code, ingest
from ingest.summary import show
from warehouse.files import WarehouseError


@click.command()
@click.argument("dataset")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First bar date to land.")
@click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="Last date to land.")
@click.option(
    "--symbols-file",
    type=click.Path(path_type=Path),
    help="Only these symbols: a CSV with a column `symbol`, or one symbol a line.",
)
@click.option(
    "--update", "is_update", is_flag=True, help="Ask only for what is new since the last landing."
)
@click.option("--now", help="The instant of the run in UTC, for replays; else the clock.")
def main(
    dataset: str,
    start: datetime | None,
    end: datetime | None,
    symbols_file: Path | None,
    is_update: bool,
    now: str | None,
) -> None:
    """Land DATASET: a name in ingest/datasets, or the path of a dataset file.

    Exit codes: 0 all came, 3 some items are missing, 4 none came, 2 refused.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        spec = load_dataset(dataset)
        first = start.date() if start else spec.start
        last = end.date() if end else spec.end
        if first and last and first > last:
            raise DatasetError(f"The first date, {first}, is after the last, {last}.")
        symbols = read_symbols(symbols_file) if symbols_file else None
        results = ingest(
            spec, start=first, end=last, symbols=symbols, now=_instant(now), is_update=is_update
        )
    except (IngestError, WarehouseError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    show(spec, results)
    sys.exit(exit_code(results))


def read_symbols(path: Path) -> frozenset[str]:
    """The symbols of a CSV's column ``symbol``, or of a file with one symbol a line.

    Raises
    ------
    DatasetError : the file cannot be read, or names no symbol.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"--symbols-file {path} cannot be read: {error}") from error
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "symbol" in header:
        column, rows = header.index("symbol"), rows[1:]
    elif len(header) > 1:
        raise DatasetError(
            f"--symbols-file {path} has the columns {', '.join(header)}: name one of them symbol."
        )
    else:
        column = 0
    found = frozenset(row[column].strip() for row in rows if len(row) > column) - {""}
    if not found:
        raise DatasetError(f"--symbols-file {path} names no symbol.")
    return found


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise DatasetError(
            f"--now is {text!r}, not an instant like 2024-03-01T21:00:00 (UTC)."
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
