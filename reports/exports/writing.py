"""Writes the exports into folders that readers see whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
from tqdm import tqdm

from reports import queries
from reports.errors import ReportsError
from reports.exports.books import book, strategies
from reports.exports.factors import factor_data, factors, forward_returns
from reports.exports.tables import write_tables
from warehouse.files import DatasetFiles, open_published

FORMATS = ("parquet", "csv")
# More write the rows of a partition in an order of their own, and are no faster.
ONE_THREAD = {"threads": 1}


def write_exports(
    files: DatasetFiles, folder: Path, *, kinds: Sequence[str] = (), file_format: str = "parquet"
) -> dict[str, dict[str, int]]:
    """Write exports of a dataset, all from one published file.

    ``books/<strategy>/`` holds a file for each frame of a Book, ``factors/<asset class>/`` one for
    each factor, ``tables/<table>/year=<year>/`` the tables, in Parquet whatever the format. Each of
    the three has a ``build.json`` that says what it was made of.

    Parameters
    ----------
    kinds : of books, factors and tables, those wanted; all where none is named.
    file_format : parquet or csv.

    Returns
    -------
    Rows of what was written, by kind: of each strategy's days, each factor, each table.

    Raises
    ------
    ReportsError : a kind or format that there is not, or a published file of an older build.
    WarehouseError : nothing has been published yet.
    """
    for given, allowed in ((kinds, KINDS), ([file_format], FORMATS)):
        for name in given:
            if name not in allowed:
                raise ReportsError(f"{name!r} is none of {', '.join(allowed)}.")
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    connection = open_published(files, ONE_THREAD, export_folder=folder)
    written = {}
    try:
        for kind in kinds or KINDS:
            with replaced_whole(folder / kind) as partial:
                written[kind] = KINDS[kind](connection, partial, file_format)
                write_build(connection, files.name, partial / "build.json")
    finally:
        connection.close()
    return written


@contextmanager
def replaced_whole(folder: Path) -> Iterator[Path]:
    """An empty folder to write into that takes the place of another once it is complete.

    Between two renames there is, for an instant, no folder of that name; after a run that was
    killed just then the next one writes it.
    """
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    replaced = folder.with_name(f".{folder.name}.{os.getpid()}.replaced")
    remove_leftovers(folder)
    partial.mkdir()
    try:
        yield partial
        if folder.exists():
            folder.rename(replaced)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(replaced, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what runs of this export that were killed left beside a folder."""
    for leftover in folder.parent.glob(f".{folder.name}.*.*"):
        try:
            os.kill(int(leftover.name.split(".")[2]), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(leftover, ignore_errors=True)
        except PermissionError:
            continue  # a process of somebody else


def write_build(connection: duckdb.DuckDBPyConnection, dataset: str, path: Path) -> None:
    """Write the dataset's name and the fingerprints of the build that is exported."""
    found = queries.frame(connection, "exports/build").to_dict("records")
    path.write_text(json.dumps({"dataset": dataset, **found[0]}, indent=1) + "\n")


def write_frame(frame: pd.DataFrame, folder: Path, name: str, file_format: str) -> None:
    """Write a frame with its index as its first columns."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.{file_format}"
    if file_format == "csv":
        frame.to_csv(path)
    else:
        frame.to_parquet(path, compression="zstd")


def write_books(
    connection: duckdb.DuckDBPyConnection, folder: Path, file_format: str
) -> dict[str, int]:
    """A folder for each strategy."""
    rows = {}
    for strategy in progress(strategies(connection), "books"):
        frames = book(connection, strategy).frames()
        for name, frame in frames.items():
            write_frame(frame, folder / strategy, name, file_format)
        rows[strategy] = len(frames["returns"])
    return rows


def write_factors(
    connection: duckdb.DuckDBPyConnection, folder: Path, file_format: str
) -> dict[str, int]:
    """A file for each factor, in a folder for each asset class."""
    known = factors(connection)
    labels = {of: forward_returns(connection, of) for of in dict.fromkeys(one for one, _ in known)}
    rows = {}
    for asset_class, name in progress(known, "factors"):
        data = factor_data(connection, name, asset_class, labels=labels[asset_class])
        write_frame(data, folder / asset_class, name, file_format)
        rows[f"{asset_class}/{name}"] = len(data)
    return rows


def progress(items: Sequence, description: str) -> tqdm:
    """A progress bar, where there is a terminal."""
    return tqdm(items, desc=description, disable=not sys.stderr.isatty())


KINDS: dict[str, Callable[[duckdb.DuckDBPyConnection, Path, str], dict[str, int]]] = {
    "books": write_books,
    "factors": write_factors,
    "tables": lambda connection, folder, _: write_tables(connection, folder),
}
