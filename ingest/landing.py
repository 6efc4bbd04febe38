"""Lands one load: validate, quarantine, append, log; all of it or nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa

from ingest.checks import batch_line, check_staged, unlisted_warning
from ingest.sources import Batch
from ingest.staging import create_staging, stage_batch
from ingest.tables import KEYS, RAW_SCHEMA, raw_table
from ingest.unadjust import unadjust_splits
from ingest.versions import LoadStamp, append_versions
from warehouse.files import DatasetFiles, connect_work

NOT_AFTER_END = {
    "prices": "bar_date",
    "corporate_actions": "ex_date",
    "fundamentals": "greatest(period_end_date, cast(published_at as date))",
    "fx_rates": "rate_date",
    "interest_rates": "rate_date",
}
TABLES_WITH_SYMBOLS = tuple(table for table, key in KEYS.items() if "symbol" in key)


@dataclass(frozen=True)
class TableSummary:
    """What became of the input rows of one raw table: landed + unchanged + rejected of them."""

    table: str
    landed: int
    unchanged: int
    rejected: int


@dataclass(frozen=True)
class LoadSummary:
    """What one load did.

    Attributes
    ----------
    warnings : sentences for the user.
    symbols : the symbols of the load, after the symbols asked for were picked.
    """

    load_id: int
    source: str
    tables: tuple[TableSummary, ...]
    warnings: tuple[str, ...]
    symbols: frozenset[str]


def land(
    files: DatasetFiles,
    dataset: str,
    source: str,
    batches: Iterable[Batch],
    observed_at: datetime,
    *,
    start: date | None = None,
    end: date | None = None,
    symbols: Collection[str] | None = None,
) -> LoadSummary:
    """Land the batches of one run of one source as one load, in one transaction.

    Parameters
    ----------
    files : where the dataset's work file is.
    dataset, source : names written into ``raw.loads``.
    observed_at : the instant of the run; without a zone it is taken as UTC.
    start, end : bars outside these dates, and other rows after ``end``, are left out.
    symbols : only these symbols land; None is all.

    Raises
    ------
    IngestError : the load is refused. Nothing landed; ``raw.loads`` says why (status failed), and
        its rejects are in ``raw.rejects``.
    """
    started_at = _as_utc(observed_at)
    connection = connect_work(files)
    try:
        connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
        create_staging(connection)
        load_id = connection.execute("select coalesce(max(load_id), 0) + 1 from raw.loads")
        stamp = LoadStamp(load_id.fetchall()[0][0], source, started_at)
        try:
            lines = _stage(connection, batches)
            check_staged(connection, lines, files.work)
            unadjust_splits(connection, known_until=started_at.date())
            _keep_wanted(connection, start, end, symbols)
            connection.execute("begin transaction")
            summary = _append(connection, stamp, lines)
            _log(connection, stamp, dataset, summary.tables, "ok", "; ".join(summary.warnings))
            connection.execute("commit")
        except BaseException as error:
            _record_failure(connection, stamp, dataset, error)
            raise
    finally:
        connection.close()
    return summary


def _as_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _stage(
    connection: duckdb.DuckDBPyConnection, batches: Iterable[Batch]
) -> list[tuple[str, str, int]]:
    lines = []
    for batch_id, batch in enumerate(batches):
        stage_batch(connection, batch, batch_id=batch_id)
        lines.append(batch_line(batch))
    return lines


def _keep_wanted(
    connection: duckdb.DuckDBPyConnection,
    start: date | None,
    end: date | None,
    symbols: Collection[str] | None,
) -> None:
    """Delete staged rows outside the dates and symbols; last, since un-adjusting needs them all."""
    if start:
        connection.execute("delete from staged_prices where bar_date < ?", [start])
    if end:
        for table, day in NOT_AFTER_END.items():
            connection.execute(f"delete from staged_{table} where {day} > ?", [end])
    if symbols is not None:
        wanted = pa.table({"symbol": pa.array(sorted(symbols), pa.string())})
        connection.register("wanted_symbols", wanted)
        for table in TABLES_WITH_SYMBOLS:
            connection.execute(
                f"delete from staged_{table} "
                "where symbol not in (select symbol from wanted_symbols)"
            )


def _staged_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {
        table: connection.execute(f"select count(*) from staged_{table}").fetchall()[0][0]
        for table in KEYS
    }


def _append(
    connection: duckdb.DuckDBPyConnection, stamp: LoadStamp, lines: list[tuple[str, str, int]]
) -> LoadSummary:
    staged = _staged_counts(connection)
    rejected = dict(
        connection.execute("select table_name, count(*) from rejected group by all").fetchall()
    )
    given = {table for table, _, _ in lines}
    tables, warnings = [], []
    for name in (table for table in KEYS if table in given):
        landed, taken_over = append_versions(connection, raw_table(name), stamp)
        tables.append(TableSummary(name, landed, staged[name] - landed, rejected.get(name, 0)))
        if taken_over:
            warnings.append(
                f"{taken_over} keys of {name} were last given by another source and differ: the "
                "later source wins, and both land again on every run."
            )
    _append_rejects(connection, stamp)
    unlisted = unlisted_warning(connection)
    return LoadSummary(
        load_id=stamp.load_id,
        source=stamp.source,
        tables=tuple(tables),
        warnings=(*warnings, unlisted) if unlisted else tuple(warnings),
        symbols=_staged_symbols(connection),
    )


def _staged_symbols(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    union = " union ".join(f"select symbol from staged_{table}" for table in TABLES_WITH_SYMBOLS)
    return frozenset(row[0] for row in connection.execute(union).fetchall())


def _append_rejects(connection: duckdb.DuckDBPyConnection, stamp: LoadStamp) -> None:
    connection.execute(
        """
        insert into raw.rejects by name
        select ? as load_id, ? as source, table_name, reason, row_json, source_file, source_row
        from rejected
        order by table_name, source_file, source_row
        """,
        [stamp.load_id, stamp.source],
    )


def _log(
    connection: duckdb.DuckDBPyConnection,
    stamp: LoadStamp,
    dataset: str,
    tables: Iterable[TableSummary],
    status: str,
    message: str,
) -> None:
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


def _record_failure(
    connection: duckdb.DuckDBPyConnection, stamp: LoadStamp, dataset: str, error: BaseException
) -> None:
    """Undo the load, then log it as failed with its rejects in a transaction of its own."""
    with contextlib.suppress(duckdb.TransactionException):  # it failed before one began
        connection.execute("rollback")
    rejected = connection.execute(
        "select table_name, count(*) from rejected group by all order by all"
    ).fetchall()
    tables = [TableSummary(name, 0, 0, count) for name, count in rejected]
    connection.execute("begin transaction")
    _append_rejects(connection, stamp)
    _log(connection, stamp, dataset, tables, "failed", str(error) or type(error).__name__)
    connection.execute("commit")
