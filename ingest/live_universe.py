"""Reads the CSV files that list what a live source is asked for, one listing a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ingest.config import nearest
from ingest.errors import DatasetError
from ingest.sources import Batch, Job
from ingest.staging import known_venues
from ingest.tables import ALLOWED_VALUES, raw_table


@dataclass(frozen=True)
class Listing:
    """A row of a universe file.

    Attributes
    ----------
    symbol : ours, and the key of everything that lands.
    values : the row's columns, without the empty ones.
    file : name of the file, as the dataset file gives it.
    line : the row's line in it, the header being line 1.
    """

    symbol: str
    values: Mapping[str, str]
    file: str
    line: int

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.file}, line {self.line}"

    def get(self, column: str, default: str = "") -> str:
        """The value of a column; ``default`` where it is empty or absent."""
        return self.values.get(column, default)


def read_listings(job: Job, *, required: Sequence[str] = ()) -> list[Listing]:
    """The listings of all files under the option ``universe``, in their order.

    Parameters
    ----------
    required : columns without which a row cannot be used, besides symbol. Further columns pass
        through as they are.

    Raises
    ------
    DatasetError : a file that cannot be read or lists nothing, a missing column or value, an
        unknown venue or kind, or a symbol that stands twice.
    """
    seen: dict[str, Listing] = {}
    for name in job.options.get("universe") or ():
        listings = _read_file(job.dataset.path.parent / name, name, ("symbol", *required))
        for listing in listings:
            if listing.symbol in seen:
                raise DatasetError(
                    f"{listing.place}: {listing.symbol!r} stands already in "
                    f"{seen[listing.symbol].place}. Keep one."
                )
            seen[listing.symbol] = listing
    return list(seen.values())


def universe_batches(listings: Sequence[Listing], **constants: str) -> Iterator[Batch]:
    """The listings as rows of ``raw.universe``, one batch per file.

    Parameters
    ----------
    constants : columns that are the same in every row, such as ``asset_class``; a file's own
        column of that name gives way.
    """
    columns = raw_table("universe").columns
    for file in dict.fromkeys(listing.file for listing in listings):
        own = [listing for listing in listings if listing.file == file]
        rows = {
            column: pa.array(
                [constants.get(column, listing.values.get(column)) for listing in own], pa.string()
            )
            for column in columns
        }
        rows["source_row"] = pa.array([listing.line for listing in own], pa.int64())
        yield Batch("universe", pa.table(rows), file)


def _read_file(path: Path, name: str, required: Sequence[str]) -> list[Listing]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [cell.strip() for cell in next(reader, [])]
            _check_header(header, name, required)
            listings = [
                _listing(dict(zip(header, row, strict=False)), name, reader.line_num, required)
                for row in reader
                if any(cell.strip() for cell in row)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"The universe file {path} cannot be read: {error}") from error
    if not listings:
        raise DatasetError(f"The universe file {path} lists nothing.")
    return listings


def _check_header(header: Sequence[str], name: str, required: Sequence[str]) -> None:
    for column in required:
        if column not in header:
            raise DatasetError(
                f"{name}, line 1: there is no column {column!r}.{nearest(column, header)} "
                f"Needed are: {', '.join(required)}. Given are: {', '.join(header)}."
            )
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise DatasetError(f"{name}, line 1: the column {twice[0]!r} stands twice.")


def _listing(row: Mapping[str, str], name: str, line: int, required: Sequence[str]) -> Listing:
    values = {column: cell.strip() for column, cell in row.items() if column and cell.strip()}
    for column in required:
        if column not in values:
            raise DatasetError(f"{name}, line {line}: {column} is empty.")
    venue, kind = values.get("venue"), values.get("asset_kind")
    if venue is not None and venue not in known_venues():
        raise DatasetError(
            f"{name}, line {line}: there is no venue {venue!r}.{nearest(venue, known_venues())} "
            "Allowed are the codes of exchange_calendars, such as XNYS or XLON, and 24/7."
        )
    kinds = ALLOWED_VALUES["asset_kind"]
    if kind is not None and kind not in kinds:
        raise DatasetError(
            f"{name}, line {line}: there is no asset_kind {kind!r}.{nearest(kind, kinds)} "
            f"Allowed are: {', '.join(kinds)}."
        )
    return Listing(values["symbol"], values, name, line)
