"""Lands one load: validate, quarantine, append, log; all of it or nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from ingest.checks import batch_line, check_staged, unlisted_symbols
from ingest.instants import as_utc
from ingest.load_log import append_rejects, log_load
from ingest.loads import LoadSummary, TableSummary
from ingest.sources import Batch, Job
from ingest.staging import create_staging, stage_batch
from ingest.tables import KEYS, RAW_SCHEMA, raw_table
from ingest.unadjust import unadjust_splits
from ingest.versions import LoadStamp, append_versions
from ingest.wanted import TABLES_WITH_SYMBOLS, keep_wanted
from warehouse.files import DatasetFiles, connect_work


@dataclass(frozen=True)
class Target:
    """Where the loads of one source go, and which of their rows.

    Attributes
    ----------
    work : path of the work file the connection is open on.
    dataset, source : names written into ``raw.loads``.
    observed_at : the instant of the run, UTC without a zone.
    start, end : bars outside these dates, and other rows after ``end``, are left out.
    symbols : only these symbols land; None is all.
    """

    connection: duckdb.DuckDBPyConnection
    work: Path
    dataset: str
    source: str
    observed_at: datetime
    start: date | None = None
    end: date | None = None
    symbols: Collection[str] | None = None

    @classmethod
    def of_job(
        cls, connection: duckdb.DuckDBPyConnection, work: Path, source: str, job: Job
    ) -> Target:
        """The target of one run of one source."""
        return cls(
            connection=connection,
            work=work,
            dataset=job.dataset.name,
            source=source,
            observed_at=as_utc(job.now),
            start=job.start,
            end=job.end,
            symbols=job.symbols,
        )


@contextlib.contextmanager
def open_raw(files: DatasetFiles) -> Iterator[duckdb.DuckDBPyConnection]:
    """The writer's connection with the raw tables made."""
    connection = connect_work(files)
    try:
        connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
        yield connection
    finally:
        connection.close()


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
    """Open a dataset's work file and land some batches in it as one load: see `land_load`.

    Parameters
    ----------
    observed_at : without a zone it is taken as UTC.
    dataset, source, start, end, symbols : see `Target`.
    """
    with open_raw(files) as connection:
        instant = as_utc(observed_at)
        target = Target(
            connection, files.work, dataset, source, instant, start=start, end=end, symbols=symbols
        )
        return land_load(target, batches)


def land_load(target: Target, batches: Iterable[Batch]) -> LoadSummary:
    """Land some batches as one load, in one transaction.

    Raises
    ------
    IngestError : the load is refused. Nothing landed; ``raw.loads`` says why (status failed), and
        its rejects are in ``raw.rejects``.
    """
    try:
        return try_load(target, batches)
    except BaseException as error:
        record_failure(target, error)
        raise


def try_load(
    target: Target, batches: Iterable[Batch], *, also: Callable[[int], None] = lambda load_id: None
) -> LoadSummary:
    """`land_load` without a record where it fails; what was staged is still there then.

    Parameters
    ----------
    also : further writing in the same transaction; it is given the load_id.
    """
    connection = target.connection
    create_staging(connection)
    stamp = _next_stamp(target)
    try:
        lines, with_splits = _stage(connection, batches)
        check_staged(connection, lines, target.work)
        unadjust_splits(
            connection, known_until=target.observed_at.date(), batches_with_splits=with_splits
        )
        keep_wanted(connection, start=target.start, end=target.end, symbols=target.symbols)
        connection.execute("begin transaction")
        summary = _append(connection, stamp, lines, is_rounded=bool(with_splits))
        message = "; ".join(summary.warnings)
        log_load(
            connection, stamp, target.dataset, tables=summary.tables, status="ok", message=message
        )
        also(stamp.load_id)
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(duckdb.TransactionException):  # it failed before one began
            connection.execute("rollback")
        raise
    return summary


def record_failure(
    target: Target, error: BaseException, *, also: Callable[[int], None] = lambda load_id: None
) -> None:
    """Log the load that `try_load` just undid as failed, with its rejects."""
    connection, stamp = target.connection, _next_stamp(target)
    rejected = connection.execute(
        "select table_name, count(*) from rejected group by all order by all"
    ).fetchall()
    tables = [TableSummary(name, 0, 0, count) for name, count in rejected]
    connection.execute("begin transaction")
    append_rejects(connection, stamp)
    message = str(error) or type(error).__name__
    log_load(connection, stamp, target.dataset, tables=tables, status="failed", message=message)
    also(stamp.load_id)
    connection.execute("commit")


def _next_stamp(target: Target) -> LoadStamp:
    next_id = target.connection.execute("select coalesce(max(load_id), 0) + 1 from raw.loads")
    return LoadStamp(next_id.fetchall()[0][0], target.source, target.observed_at)


def _stage(
    connection: duckdb.DuckDBPyConnection, batches: Iterable[Batch]
) -> tuple[list[tuple[str, str, int]], list[int]]:
    lines, with_splits = [], []
    for batch_id, batch in enumerate(batches):
        stage_batch(connection, batch, batch_id=batch_id)
        lines.append(batch_line(batch))
        if batch.brings_splits:
            with_splits.append(batch_id)
    return lines, with_splits


def _append(
    connection: duckdb.DuckDBPyConnection,
    stamp: LoadStamp,
    lines: list[tuple[str, str, int]],
    *,
    is_rounded: bool,
) -> LoadSummary:
    rejected = dict(
        connection.execute("select table_name, count(*) from rejected group by all").fetchall()
    )
    given = {table for table, _, _ in lines}
    tables = []
    for name in (table for table in KEYS if table in given):
        table = raw_table(name)
        n_staged = connection.execute(f"select count(*) from staged_{name}").fetchall()[0][0]
        landed, taken_over = append_versions(connection, table, stamp, is_rounded=is_rounded)
        n_rejected = rejected.get(name, 0)
        tables.append(TableSummary(name, landed, n_staged - landed, n_rejected, taken_over))
    append_rejects(connection, stamp)
    return LoadSummary(
        load_id=stamp.load_id,
        source=stamp.source,
        tables=tuple(tables),
        symbols=_staged_symbols(connection),
        unlisted=unlisted_symbols(connection),
    )


def _staged_symbols(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    union = " union ".join(f"select symbol from staged_{table}" for table in TABLES_WITH_SYMBOLS)
    return frozenset(row[0] for row in connection.execute(union).fetchall())
