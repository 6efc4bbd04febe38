"""The SQL of every figure, table and summary line: one file each, run on the published file.

What several queries select from is a query of its own: ``query.<name>`` in a query stands for the
rows of ``<name>.sql`` beside it, else in this folder. Nothing is stored, so that any number of
visitors may ask of one file, each with parameters of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from reports.errors import ReportsError
from warehouse.query_files import composed

FOLDER = Path(__file__).resolve().parent


def execute(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """Run ``<name>.sql`` with those of the parameters that it names as ``$parameter``.

    Raises
    ------
    ReportsError : the published file lacks a table or column that the query reads.
    """
    text, given = prepared(name, parameters)
    with explained(name):
        return connection.execute(text, given)


def store(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None
) -> None:
    """Keep the rows of ``<name>.sql`` as the temporary table ``temp.<name>``, for a later query.

    Of a query in a folder, ``<folder>/<name>``, the table is ``temp.<folder>_<name>``.
    """
    text, given = prepared(name, parameters)
    table = name.replace("/", "_")
    with explained(name):
        connection.execute(f"create or replace temp table {table} as {text}", given)


def copy_to(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    *,
    partition_by: Sequence[str] = (),
) -> int:
    """Write the rows of ``<name>.sql`` as Parquet and return their number.

    Parameters
    ----------
    path : a file, or the folder of partitions; the connection must be allowed to write there.
    partition_by : columns that become folders ``<column>=<value>``.
    """
    parts = f", partition_by ({', '.join(partition_by)})" if partition_by else ""
    text, _ = prepared(name, None)
    with explained(name):
        copied = connection.execute(
            f"copy ({text}) to $path (format parquet, compression zstd{parts})",
            {"path": str(path)},
        )
        return copied.fetchall()[0][0]


def prepared(name: str, parameters: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """The text of a query and the parameters that it names."""
    text = composed(FOLDER / f"{name}.sql", FOLDER)
    named = set(re.findall(r"\$(\w+)", text))
    return text, {key: value for key, value in (parameters or {}).items() if key in named}


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn a missing table or column into an error that says what to do."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise ReportsError(
            f"queries/{name}.sql does not fit the published file, which an older build wrote: "
            f"run `make all` for this dataset. DuckDB says: {str(error).splitlines()[0]}"
        ) from error


def frame(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """The rows of ``<name>.sql`` as a data frame."""
    return execute(connection, name, parameters).df()


def batches(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None
) -> pa.RecordBatchReader:
    """The rows of ``<name>.sql`` as a stream of Arrow batches."""
    text, given = prepared(name, parameters)
    with explained(name):
        return connection.sql(text, params=given).to_arrow_reader(200_000)
