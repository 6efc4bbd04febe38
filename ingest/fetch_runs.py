"""Runs of live sources: what came of each item, and which unfinished run a new call goes on with.

A run is all that is asked of one source with the same options, dates and symbols. It ends when each
item has been answered; a call within a day goes on with the newest run that has not ended.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import duckdb

from ingest.instants import as_utc
from ingest.sources import Item, Job

ANSWERED = ("ok", "empty", "not_found")
GOES_ON_WITHIN = timedelta(hours=24)


@dataclass
class Run:
    """A run of one source, new or gone on with.

    Attributes
    ----------
    began_at : UTC, without a zone.
    outcomes : the newest outcome of each item asked for in this run.
    items : the items wanted, by name, as the source announced them.
    done : names of the items answered before this call.
    is_fetched : the source has said all it has to say.
    """

    run_id: int
    source: str
    dataset: str
    fingerprint: str
    is_update: bool
    began_at: datetime
    outcomes: dict[str, str] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    is_fetched: bool = False
    is_closed: bool = False

    def __post_init__(self) -> None:
        self.done = frozenset(
            name for name, outcome in self.outcomes.items() if outcome in ANSWERED
        )

    def expect(self, items: Sequence[Item]) -> None:
        """Take note of items that are wanted."""
        self.items.update({item.name: item for item in items})

    @property
    def n_done_before(self) -> int:
        """Items wanted that were answered before this call."""
        return len(self.done & self.items.keys())

    @property
    def is_answered(self) -> bool:
        """Whether every item wanted has been answered."""
        return all(self.outcomes.get(name) in ANSWERED for name in self.items)

    def missing(self, landed_until: Mapping[tuple[str, str], date]) -> dict[str, list[str]]:
        """Names of the items that brought nothing, by outcome.

        In an update nothing new is no loss where the item has landed rows before.
        """
        found: dict[str, list[str]] = {}
        for name, item in self.items.items():
            outcome = self.outcomes.get(name, "failed")
            is_idle = outcome == "empty" and (item.table, item.symbol) in landed_until
            if outcome != "ok" and not is_idle:
                found.setdefault(outcome, []).append(name)
        return found


def open_run(
    connection: duckdb.DuckDBPyConnection, source: str, job: Job, *, is_update: bool
) -> Run:
    """The newest run of the same kind if it began within a day and has not ended, else a new one.

    Runs are of one kind if source, dataset, options (but ``fetching``), dates, symbols and
    ``is_update`` are the same.
    """
    fingerprint, now = fingerprint_of(source, job, is_update=is_update), as_utc(job.now)
    newest = connection.execute(
        """
        select
            fetch_log.run_id,
            min(loads.started_at) as began_at,
            fetch_log.run_id in (select run_id from raw.fetch_runs) as is_closed
        from raw.fetch_log as fetch_log
        inner join raw.loads as loads on fetch_log.load_id = loads.load_id
        where fetch_log.dataset = ? and fetch_log.source = ? and fetch_log.fingerprint = ?
        group by fetch_log.run_id
        order by run_id desc
        limit 1
        """,
        [job.dataset.name, source, fingerprint],
    ).fetchall()
    kind = (source, job.dataset.name, fingerprint, is_update)
    for run_id, began_at, is_closed in newest:
        if not is_closed and timedelta(0) <= now - began_at < GOES_ON_WITHIN:
            return Run(run_id, *kind, began_at, outcomes=_outcomes(connection, run_id))
    last_id = "select coalesce(max(run_id), 0) from raw.fetch_log"
    return Run(connection.execute(last_id).fetchall()[0][0] + 1, *kind, now)


def fingerprint_of(source: str, job: Job, *, is_update: bool) -> str:
    """What tells runs of different kinds apart."""
    options = {name: value for name, value in job.options.items() if name != "fetching"}
    symbols = None if job.symbols is None else sorted(job.symbols)
    kind = [source, options, is_update, str(job.start), str(job.end), symbols]
    text = json.dumps(kind, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def close_run(connection: duckdb.DuckDBPyConnection, run: Run, *, now: datetime) -> None:
    """Mark a run in which every item was answered as ended; a new call then starts another."""
    if run.is_closed or not run.is_fetched or not run.items or not run.is_answered:
        return
    finished_at = max(run.began_at, as_utc(now))
    connection.execute(
        "insert into raw.fetch_runs values (?, ?, ?, ?, ?, ?, ?)",
        [
            run.run_id,
            run.source,
            run.dataset,
            run.is_update,
            run.began_at,
            finished_at,
            len(run.items),
        ],
    )
    run.is_closed = True


def _outcomes(connection: duckdb.DuckDBPyConnection, run_id: int) -> dict[str, str]:
    return dict(
        connection.execute(
            "select item, arg_max(outcome, load_id) from raw.fetch_log where run_id = ? "
            "group by item",
            [run_id],
        ).fetchall()
    )
