"""Asks a live source item by item: side by side within its limits, with retries and outcomes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from ingest.errors import IngestError
from ingest.sources import Batch, Item, Job, Part

Answer = TypeVar("Answer")
Call = Callable[[Callable[[], Answer]], Answer]
TABLES_BY_CURRENCY = ("fx_rates", "interest_rates")


class NotFoundError(IngestError):
    """The source does not know the item: no further try."""


class UnavailableError(IngestError):
    """A time-out, a server error, an answer cut off or not in the agreed form: tried again."""


class ThrottledError(UnavailableError):
    """The source asks for fewer requests: all wait ``retry_after`` seconds where it says so."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limits:
    """How hard a source may be asked; ``fetching:`` in its entry of the dataset file overrides.

    Attributes
    ----------
    workers : items under way at once.
    requests_per_second : over all workers.
    attempts : tries of each request.
    first_wait_seconds, longest_wait_seconds : jittered exponential back-off between tries. A
        Retry-After is waited out in full, unless it is longer than ``longest_retry_after_seconds``.
    timeout_seconds : of one request.
    give_up_after_failures : items in a row that fail before the source counts as gone; the rest are
        then not asked for, and logged as failed.
    """

    workers: int = 4
    requests_per_second: float = 2.0
    attempts: int = 5
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    longest_retry_after_seconds: float = 600.0
    timeout_seconds: float = 30.0
    give_up_after_failures: int = 20

    def changed_by(self, options: Mapping[str, Any]) -> Limits:
        """These limits with what the entry's ``fetching:`` says."""
        return replace(self, **(options.get("fetching") or {}))


class Gate:
    """Lets requests pass at a steady rate, and none while the source asks for quiet."""

    def __init__(self, requests_per_second: float) -> None:
        self._interval = 1 / requests_per_second
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Sleep until it is this caller's turn."""
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self._interval
        time.sleep(max(0.0, turn - time.monotonic()))

    def pause(self, seconds: float) -> None:
        """No request passes for so long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


class Caller:
    """Runs the requests of one item through the gate, each with its own tries."""

    def __init__(
        self, gate: Gate, limits: Limits, classify: Callable[[Exception], Exception]
    ) -> None:
        self.n_attempts = 0
        self._gate, self._limits, self._classify = gate, limits, classify

    def __call__(self, request: Callable[[], Answer]) -> Answer:
        """The answer of a request.

        Raises
        ------
        NotFoundError, UnavailableError, ThrottledError : after the last try.
        """
        tries = Retrying(
            stop=stop_after_attempt(self._limits.attempts),
            wait=self._wait,
            retry=retry_if_exception_type(UnavailableError),
            reraise=True,
        )
        return tries(self._once, request, tries)

    def _once(self, request: Callable[[], Answer], tries: Retrying) -> Answer:
        self.n_attempts = max(self.n_attempts, tries.statistics["attempt_number"])
        self._gate.wait()
        try:
            return request()
        except (NotFoundError, UnavailableError):
            raise
        except Exception as error:
            raise self._classify(error) from error

    def _wait(self, state: RetryCallState) -> float:
        limits = self._limits
        wait = wait_random_exponential(limits.first_wait_seconds, limits.longest_wait_seconds)
        error = state.outcome.exception()
        asked = getattr(error, "retry_after", None)
        if asked is None:
            return wait(state)
        if asked > limits.longest_retry_after_seconds:
            raise error
        self._gate.pause(asked)
        return asked


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
    gate = Gate(limits.requests_per_second)
    gone = threading.Event()

    def ask(item: Item) -> Part:
        started_at, since = datetime.now(UTC), first_date(job, item, overlap_days)
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
            finished_at=datetime.now(UTC),
        )

    pool = ThreadPoolExecutor(limits.workers, thread_name_prefix="fetch")
    try:
        futures: list[Future[Part]] = [pool.submit(ask, item) for item in wanted_items(job, items)]
        n_failures = 0
        for future in as_completed(futures):
            part = future.result()
            n_failures = n_failures + 1 if part.outcome in ("throttled", "failed") else 0
            if n_failures >= limits.give_up_after_failures:
                gone.set()
            yield part
    finally:
        gone.set()
        pool.shutdown(wait=False, cancel_futures=True)


def wanted_items(job: Job, items: Sequence[Item]) -> list[Item]:
    """The items asked for that an earlier, unfinished run has not done."""
    return [
        item
        for item in items
        if item.name not in job.done
        and (job.symbols is None or item.table in TABLES_BY_CURRENCY or item.symbol in job.symbols)
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
    return ("ok", batches, "") if batches else ("empty", (), "nothing in these dates")
