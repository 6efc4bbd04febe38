"""Whole tables as Parquet files in folders by year, which any reader of datasets opens."""

from __future__ import annotations

from pathlib import Path

import duckdb

from reports import queries

# Each is read by reports/queries/exports/tables/<name>.sql.
TABLES = (
    "factor_matrix",
    "factor_values",
    "model_scores",
    "target_weights",
    "trades",
    "daily_pnl",
)
PARTITION = "year"


def write_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write every table as ``<table>/year=<year>/data_0.parquet``; return their rows.

    Within a file rows are in the order of the table's grain. An empty table is one file without
    rows, so that its columns can be read.

    Raises
    ------
    ReportsError : the published file lacks what a table reads.
    """
    return {name: write_table(connection, name, folder / name) for name in TABLES}


def write_table(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> int:
    """Write one table below a folder that the connection may write to."""
    n_rows = queries.copy_to(
        connection, f"exports/tables/{name}", folder, partition_by=(PARTITION,)
    )
    if not n_rows:
        folder.mkdir(exist_ok=True)
        queries.copy_to(connection, f"exports/tables/{name}", folder / "data_0.parquet")
    return n_rows
