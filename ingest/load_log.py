"""Writes what a load did into ``raw.loads`` and ``raw.rejects``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import duckdb

from ingest.loads import TableSummary
from ingest.versions import LoadStamp


def append_rejects(connection: duckdb.DuckDBPyConnection, stamp: LoadStamp) -> None:
    """Copy what was rejected while staging into ``raw.rejects``."""
    connection.execute(
        """
        insert into raw.rejects by name
        select ? as load_id, ? as source, table_name, reason, row_json, source_file, source_row
        from rejected
        order by table_name, source_file, source_row
        """,
        [stamp.load_id, stamp.source],
    )


def log_load(
    connection: duckdb.DuckDBPyConnection,
    stamp: LoadStamp,
    dataset: str,
    *,
    tables: Iterable[TableSummary],
    status: str,
    message: str,
) -> None:
    """Write the row of ``raw.loads``."""
    tables = list(tables)
    connection.execute(
        "insert into raw.loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))",
        [
            stamp.load_id,
            stamp.source,
            dataset,
            stamp.observed_at,
            max(stamp.observed_at, datetime.now(UTC).replace(tzinfo=None)),
            status,
            sum(table.landed for table in tables),
            sum(table.unchanged for table in tables),
            sum(table.rejected for table in tables),
            message,
        ],
    )
