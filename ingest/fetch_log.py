"""What came of each item that was asked for, and how far each symbol has landed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import duckdb
import pyarrow as pa

from ingest.fetch_runs import Run
from ingest.instants import as_utc
from ingest.sources import Part

NEWEST_DATES = {
    "prices": ("symbol", "bar_date"),
    "fundamentals": ("symbol", "period_end_date"),
    "fx_rates": ("currency", "rate_date"),
    "interest_rates": ("currency", "rate_date"),
}


def log_parts(
    connection: duckdb.DuckDBPyConnection,
    run: Run,
    parts: Iterable[Part],
    *,
    load_id: int,
    now: datetime,
) -> None:
    """Write what came of items that land with a load, and take note of it in the run."""
    rows = [_log_row(run, part, load_id, as_utc(now)) for part in parts]
    run.outcomes.update({row["item"]: row["outcome"] for row in rows})
    if rows:
        connection.register("fetched_items", pa.Table.from_pylist(rows, _log_schema()))
        connection.execute("insert into raw.fetch_log by name select * from fetched_items")
        connection.unregister("fetched_items")


def newest_dates(connection: duckdb.DuckDBPyConnection, source: str) -> dict[tuple[str, str], date]:
    """The newest date landed from a source, by raw table and symbol (or currency)."""
    found = {}
    for table, (key, day) in NEWEST_DATES.items():
        rows = connection.execute(
            f"select {key}, max({day}) from raw.{table} where source = ? group by {key}", [source]
        ).fetchall()
        found.update({(table, name): newest for name, newest in rows})
    return found


def _log_row(run: Run, part: Part, load_id: int, now: datetime) -> dict[str, object]:
    return {
        "run_id": run.run_id,
        "source": run.source,
        "dataset": run.dataset,
        "item": part.item.name,
        "table_name": part.item.table,
        "symbol": part.item.symbol,
        "outcome": part.outcome,
        "n_attempts": part.n_attempts,
        "n_rows": sum(batch.rows.num_rows for batch in part.batches),
        "since": part.since,
        "started_at": as_utc(part.started_at) if part.started_at else now,
        "finished_at": as_utc(part.finished_at) if part.finished_at else now,
        "message": part.message or None,
        "fingerprint": run.fingerprint,
        "load_id": load_id,
    }


def _log_schema() -> pa.Schema:
    numbers = {"run_id": pa.int64(), "n_attempts": pa.int32(), "n_rows": pa.int64()}
    texts = ("source", "dataset", "item", "table_name", "symbol", "outcome", "message")
    instants = ("started_at", "finished_at")
    return pa.schema(
        {
            **numbers,
            **dict.fromkeys(texts, pa.string()),
            **dict.fromkeys(instants, pa.timestamp("us")),
            "since": pa.date32(),
            "fingerprint": pa.string(),
            "load_id": pa.int64(),
        }
    )
