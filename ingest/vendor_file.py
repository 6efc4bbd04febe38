"""Opens a vendor's CSV or Parquet file as a table of an in-memory connection."""

from __future__ import annotations

import csv
import glob
import gzip
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import duckdb
import pyarrow as pa

from ingest.errors import VendorFileError
from ingest.tables import literal
from warehouse.files import connect_memory

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class VendorFile:
    """A file as the table ``vendor`` of a connection that reaches nothing outside any more.

    Attributes
    ----------
    columns : the file's own columns and their SQL types; all VARCHAR for a CSV. The table has two
        more: ``source_row`` (1-based line, a CSV's header being line 1) and ``file_stem``, the
        file's name without folder and endings, for files that hold one symbol each.
    """

    path: Path
    connection: duckdb.DuckDBPyConnection
    columns: dict[str, str]

    @property
    def is_csv(self) -> bool:
        """Whether all columns are text that is still to be typed."""
        return not self.path.name.lower().endswith(PARQUET_SUFFIXES)


def vendor_paths(file: str, folder: Path) -> list[Path]:
    """The files meant by a ``file:`` entry, in order of their names.

    ``~`` and environment variables are expanded, relative paths start at the dataset file's folder,
    and ``*``, ``?`` and ``[...]`` match as in a shell.

    Raises
    ------
    VendorFileError : an environment variable is not set, or nothing matches.
    """
    expanded = os.path.expanduser(os.path.expandvars(file))
    unset = re.search(r"\$\{?(\w+)\}?", expanded)
    if unset:
        raise VendorFileError(
            f"file: {file!r} needs the environment variable {unset[1]}, which is not set."
        )
    path = folder / expanded
    if path.is_file():
        return [path]
    found = sorted(Path(match) for match in glob.glob(str(path)) if Path(match).is_file())
    if not found:
        raise VendorFileError(
            f"There is no file {path}. Change `file: {file}` in the dataset file; relative paths "
            f"start at its folder, {folder}."
        )
    return found


def open_vendor_file(
    path: Path, *, encoding: str = "utf-8", missing_values: Sequence[str] = ()
) -> VendorFile:
    """Load a file into memory, after which its connection has no access to files or the network.

    Parameters
    ----------
    encoding : of a CSV: utf-8, utf-16 or latin-1.
    missing_values : words that stand for an empty cell of a CSV.

    Raises
    ------
    VendorFileError : the file cannot be read, or is empty.
    """
    name = path.name.lower().removesuffix(".gz")
    connection = connect_memory()
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    try:
        if name.endswith(CSV_SUFFIXES):
            _load_csv(connection, path, encoding, missing_values)
        elif name.endswith(PARQUET_SUFFIXES):
            connection.execute(
                f"create table vendor as select * from read_parquet({literal(path)})"
            )
            connection.execute("alter table vendor add column source_row bigint")
            connection.execute("update vendor set source_row = rowid + 1")
        else:
            raise VendorFileError(
                f"{path}: files are read by their ending, one of "
                f"{', '.join((*CSV_SUFFIXES, *PARQUET_SUFFIXES))} (also .csv.gz)."
            )
    except (duckdb.Error, OSError, UnicodeError, csv.Error) as error:
        raise VendorFileError(_unreadable(path, encoding, error)) from error
    stem = path.name.split(".")[0]
    connection.execute(
        f"alter table vendor add column if not exists file_stem varchar default {literal(stem)}"
    )
    connection.execute("set enable_external_access = false")
    if not connection.execute("select count(*) from vendor").fetchall()[0][0]:
        raise VendorFileError(f"{path} has no data rows. Is it the right file?")
    described = connection.execute("describe vendor").fetchall()
    columns = {row[0]: row[1] for row in described if row[0] not in ("source_row", "file_stem")}
    return VendorFile(path=path, connection=connection, columns=columns)


def _unreadable(path: Path, encoding: str, error: Exception) -> str:
    first_lines = " ".join(str(error).split("\n")[:3])
    is_encoding = isinstance(error, UnicodeError) or "unicode" in str(error).lower()
    remedy = (
        "Say how it is written by `encoding: latin-1` or `encoding: utf-16` in its entry."
        if is_encoding
        else "Mend the line, or ask the vendor for the file again."
    )
    return f"{path} cannot be read ({encoding}): {first_lines} {remedy}"


def _open_text(path: Path, encoding: str) -> TextIO:
    opened = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115
    return io.TextIOWrapper(
        opened, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline=""
    )


def _load_csv(
    connection: duckdb.DuckDBPyConnection, path: Path, encoding: str, missing: Sequence[str]
) -> None:
    with _open_text(path, encoding) as file:
        header = file.readline()
    if not header.strip():
        raise VendorFileError(f"{path} is empty, or its first line is: columns are named there.")
    delimiter = max(DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark))))
    names = _unique(next(csv.reader([header.strip("\r\n")], delimiter=delimiter)))
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    nulls = ", ".join(literal(word) for word in ("", *missing))
    connection.execute(
        f"create table vendor as select * from read_csv({literal(path)}, auto_detect = false, "
        f"header = true, delim = {literal(delimiter)}, quote = '\"', escape = '\"', "
        f"encoding = {literal(encoding)}, nullstr = [{nulls}], columns = {{{columns}}})"
    )
    connection.execute("alter table vendor add column source_row bigint")
    connection.execute("update vendor set source_row = rowid + 2")
    n_rows = connection.execute("select count(*) from vendor").fetchall()[0][0]
    with _open_text(path, encoding) as file:
        n_lines = sum(1 for _ in file)
    if n_lines != n_rows + 1:
        _number_lines(connection, path, encoding, delimiter)


def _unique(names: Sequence[str]) -> list[str]:
    """Column names with empty ones and repetitions numbered."""
    seen: dict[str, int] = {}
    unique = []
    for position, name in enumerate(names):
        name = name.strip() or f"column{position}"
        count = seen.get(name.lower(), 0)
        seen[name.lower()] = count + 1
        unique.append(f"{name}_{count}" if count else name)
    return unique


def _number_lines(
    connection: duckdb.DuckDBPyConnection, path: Path, encoding: str, delimiter: str
) -> None:
    """Line numbers of a file in which rows and lines differ: blank lines, line breaks in cells."""
    with _open_text(path, encoding) as file:
        numbers = pa.table({"line": list(_first_lines(csv.reader(file, delimiter=delimiter)))})
    n_rows = connection.execute("select count(*) from vendor").fetchall()[0][0]
    if numbers.num_rows == n_rows:
        connection.register("line_numbers", numbers)
        connection.execute("create temp table lines as select line from line_numbers")
        connection.execute(
            "update vendor set source_row = lines.line from lines where lines.rowid = vendor.rowid"
        )
        connection.unregister("line_numbers")


def _first_lines(reader: csv.reader) -> Iterator[int]:
    """The line on which each data row starts; blank lines are no rows."""
    last_line = 0
    for row in reader:
        first_line, last_line = last_line + 1, reader.line_num
        if row and first_line > 1:
            yield first_line
