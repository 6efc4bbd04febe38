"""Writes the tables that others read: CSV files with published first columns."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb
import pyarrow.csv
from tqdm import tqdm

from reports import queries

# Each is written by reports/queries/table_<name>.sql; its first columns are a published interface.
TABLES = (
    "factor_matrix",
    "model_scores",
    "model_metrics",
    "portfolio_weights",
    "prices_equities",
    "prices_crypto",
    "performance",
    "cost_sensitivity",
)


def write_table(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> int:
    """Write ``<name>.csv`` and return its number of rows; a reader never sees half a file.

    Dates are ISO, missing values empty, numbers in full precision. A dataset without such rows
    (no crypto, no scores) gives a file with its header alone.
    """
    reader = queries.batches(connection, f"table_{name}")
    path = folder / f"{name}.csv"
    partial = folder / f".{name}.{os.getpid()}.csv"
    options = pyarrow.csv.WriteOptions(include_header=False)
    rows = 0
    try:
        with partial.open("wb") as file:
            file.write((",".join(reader.schema.names) + "\n").encode())
            with pyarrow.csv.CSVWriter(file, reader.schema, write_options=options) as writer:
                for batch in reader:
                    writer.write_batch(batch)
                    rows += batch.num_rows
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return rows


def write_all(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[Path, int]:
    """Write every table into a folder.

    Returns
    -------
    The files written, each with its number of rows.

    Raises
    ------
    ReportsError : the published file lacks what a table reads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    progress = tqdm(TABLES, desc="tables", disable=not sys.stderr.isatty())
    return {folder / f"{name}.csv": write_table(connection, name, folder) for name in progress}
