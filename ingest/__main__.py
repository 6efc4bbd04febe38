"""``python -m ingest <dataset>``: lands the sources of a dataset in its work file."""

from __future__ import annotations

import csv
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from ingest.config import Dataset, load_dataset
from ingest.errors import DatasetError, IngestError
from ingest.landing import LoadSummary, land
from ingest.sources import Job, source_fetch
from warehouse.files import WarehouseError, dataset_files


@click.command()
@click.argument("dataset")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First bar date to land.")
@click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="Last date to land.")
@click.option(
    "--symbols-file",
    type=click.Path(path_type=Path),
    help="Only these symbols: a CSV with a column `symbol`, or one symbol a line.",
)
def main(
    dataset: str, start: datetime | None, end: datetime | None, symbols_file: Path | None
) -> None:
    """Land DATASET: a name in ingest/datasets, or the path of a dataset file."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        spec = load_dataset(dataset)
        first = start.date() if start else spec.start
        last = end.date() if end else spec.end
        if first and last and first > last:
            raise DatasetError(f"The first date, {first}, is after the last, {last}.")
        symbols = read_symbols(symbols_file) if symbols_file else None
        summaries = ingest(spec, start=first, end=last, symbols=symbols)
    except (IngestError, WarehouseError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    _show(spec, summaries)


def ingest(
    spec: Dataset,
    *,
    start: date | None = None,
    end: date | None = None,
    symbols: frozenset[str] | None = None,
) -> list[LoadSummary]:
    """Land all sources of a dataset, one load each, in the order of the file.

    Raises
    ------
    IngestError : a load is refused; the loads of the sources before it stay.
    """
    files = dataset_files(spec.name)
    observed_at = datetime.now(UTC)
    summaries = []
    for source in spec.sources:
        job = Job(spec, source.options, start, end, observed_at, symbols)
        batches = source_fetch(source.source)(job)
        progress = tqdm(
            batches, desc=source.source, unit=" batches", disable=not sys.stderr.isatty()
        )
        summaries.append(
            land(
                files,
                spec.name,
                source.source,
                progress,
                observed_at,
                start=start,
                end=end,
                symbols=symbols,
            )
        )
    if symbols is not None:
        _check_symbols(symbols, summaries)
    return summaries


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


def _check_symbols(symbols: frozenset[str], summaries: Iterable[LoadSummary]) -> None:
    landed = frozenset().union(*(summary.symbols for summary in summaries))
    unknown = sorted(symbols - landed)
    if len(unknown) == len(symbols):
        some = ", ".join(unknown[:5]) + (", ..." if len(unknown) > 5 else "")
        raise IngestError(
            f"None of the {len(symbols)} symbols asked for is in the dataset ({some}). They are "
            "compared as they land, after the `symbols:` rules of the dataset file."
        )
    if unknown:
        click.echo(f"warning: not in the dataset: {', '.join(unknown)}", err=True)


def _show(spec: Dataset, summaries: Iterable[LoadSummary]) -> None:
    table = Table("source", "table", title=f"{spec.name}: what landed", title_justify="left")
    for column in ("landed", "unchanged", "rejected"):
        table.add_column(column, justify="right")
    for summary in summaries:
        for line in summary.tables:
            counts = (line.landed, line.unchanged, line.rejected)
            table.add_row(summary.source, line.table, *(f"{count:,}" for count in counts))
        for warning in summary.warnings:
            click.echo(f"warning: {warning}", err=True)
    Console().print(table)


if __name__ == "__main__":
    main()
