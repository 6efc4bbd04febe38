"""Asks a live source item by item: side by side within its limits, with retries and outcomes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice

from ingest.calls import (
    Answer,
    Caller,
    Gate,
    Limits,
    NotFoundError,
    ThrottledError,
    UnavailableError,
)
from ingest.sources import Batch, Item, Job, Part

__all__ = ["Limits", "NotFoundError", "ThrottledError", "UnavailableError", "fetch_items"]

Call = Callable[[Callable[[], Answer]], Answer]
TABLES_BY_CURRENCY = ("fx_rates", "interest_rates")
AHEAD = 2  # items under way, or fetched and not yet landed, per worker


def fetch_items(
    job: Job,
    items: Sequence[Item],
    fetch_one: Callable[[Item, date | None, Call], Sequence[Batch]],
    *,
    limits: Limits,
    classify: Callable[[Exception], Exception],
    overlap_days: int,
) -> Iterator[Part]:
    """Ask for every item that is wanted and not done, several at once; each yields one part.

    Parameters
    ----------
    fetch_one : of an item, the first date wanted of it (None: all there is) and ``call``, through
        which each of its requests goes: ``call(lambda: client.history(...))``. Batches without a
        row mean that the source answered and had nothing.
    classify : the client library's error as NotFoundError, UnavailableError or ThrottledError;
        any other error is returned as it is, and fails its item alone.
    overlap_days : an update asks for so many days before the newest landed date again.
    """
    wanted = wanted_items(job, items)
    job.expect(wanted)
    gate, gone, clock = Gate(limits.requests_per_second), threading.Event(), _clock(job.now)

    def ask(item: Item) -> Part:
        started_at, since = clock(), first_date(job, item, overlap_days)
        call = Caller(gate, limits, classify)
        outcome, batches, message = _asked(fetch_one, item, since, call, gone)
        return Part(
            item=item,
            outcome=outcome,
            batches=batches,
            n_attempts=call.n_attempts,
            since=since,
            message=message,
            started_at=started_at,
            finished_at=clock(),
        )

    n_failures = 0
    with _closing_pool(limits.workers, gate) as pool:
        left = (item for item in wanted if item.name not in job.done)
        for part in _side_by_side(pool, ask, left, AHEAD * limits.workers):
            n_failures = n_failures + 1 if part.outcome in ("throttled", "failed") else 0
            if n_failures >= limits.give_up_after_failures:
                gone.set()
            yield part


@contextmanager
def _closing_pool(n_workers: int, gate: Gate) -> Iterator[ThreadPoolExecutor]:
    """Workers that stop waiting and retrying when the block is left, whichever way."""
    pool = ThreadPoolExecutor(n_workers, thread_name_prefix="fetch")
    try:
        yield pool
    finally:
        gate.closed.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _side_by_side(
    pool: ThreadPoolExecutor, ask: Callable[[Item], Part], items: Iterator[Item], n_ahead: int
) -> Iterator[Part]:
    """The parts as they come; so many at most are under way or wait to be taken."""
    under_way = {pool.submit(ask, item) for item in islice(items, n_ahead)}
    while under_way:
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
            under_way |= {pool.submit(ask, item) for item in islice(items, 1)}


def _clock(start: datetime) -> Callable[[], datetime]:
    """The time since now, counted from another instant: replays log the time they replay."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def wanted_items(job: Job, items: Sequence[Item]) -> list[Item]:
    """The items of the symbols asked for; rates are always wanted."""
    return [
        item
        for item in items
        if job.symbols is None or item.table in TABLES_BY_CURRENCY or item.symbol in job.symbols
    ]


def first_date(job: Job, item: Item, overlap_days: int) -> date | None:
    """First date to ask for: in an update a few days before the newest landed one."""
    landed = job.landed_until.get((item.table, item.symbol))
    if landed is None:
        return job.start
    since = landed - timedelta(days=overlap_days)
    return max(since, job.start) if job.start else since


def _asked(
    fetch_one: Callable[[Item, date | None, Call], Sequence[Batch]],
    item: Item,
    since: date | None,
    call: Caller,
    gone: threading.Event,
) -> tuple[str, tuple[Batch, ...], str]:
    """Outcome, batches and message of an item."""
    if gone.is_set():
        return "failed", (), "not asked: the source failed too often in a row"
    try:
        batches = tuple(batch for batch in fetch_one(item, since, call) if batch.rows.num_rows)
    except NotFoundError as error:
        return "not_found", (), str(error)
    except ThrottledError as error:
        return "throttled", (), str(error)
    except Exception as error:  # one item's trouble leaves the others alone
        return "failed", (), f"{type(error).__name__}: {error}"
    notes = "; ".join(call.notes)
    return ("ok", batches, notes) if batches else ("empty", (), notes or "nothing in these dates")
