"""Asking a live source: rate, retries, quiet it asks for, giving up, and stopping early."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ingest.calls import Caller, Gate
from ingest.fetching import (
    Limits,
    NotFoundError,
    ThrottledError,
    UnavailableError,
    fetch_items,
    first_date,
)
from ingest.sources import Batch, Item, Job, Part

NOW = datetime(2024, 1, 10, 21, tzinfo=UTC)
QUICK = Limits(
    workers=4,
    requests_per_second=1e6,
    attempts=3,
    first_wait_seconds=0.001,
    longest_wait_seconds=0.002,
    give_up_after_failures=1000,
)
ROWS = pa.table({"symbol": ["A"], "bar_date": ["2024-01-02"]})


def items(n_items: int) -> list[Item]:
    return [Item(f"S{number}", "prices", f"S{number}") for number in range(n_items)]


def job(**changes: Any) -> Job:
    return replace(Job(dataset=None, options={}, now=NOW), **changes)


def fetched(
    answer: Callable[[Item], Any],
    wanted: Sequence[Item],
    *,
    limits: Limits = QUICK,
    of: Job | None = None,
    classify: Callable[[Exception], Exception] = lambda error: error,
) -> Iterator[Part]:
    def fetch_one(item: Item, since: date | None, call: Callable) -> list[Batch]:
        rows = call(lambda: answer(item))
        return [Batch("prices", ROWS if rows is None else rows, item.name)]

    return fetch_items(
        of or job(), wanted, fetch_one, limits=limits, classify=classify, overlap_days=3
    )


def raiser(error: BaseException, times: int | None = None) -> Callable[[Any], None]:
    left = [times]

    def answer(_: Any) -> None:
        if left[0] is None or left[0] > 0:
            left[0] = None if left[0] is None else left[0] - 1
            raise error

    return answer


def caller(limits: Limits = QUICK, classify: Callable = lambda error: error) -> Caller:
    return Caller(Gate(limits.requests_per_second), limits, classify)


def seconds_of(run: Callable[[], Any]) -> float:
    began = time.monotonic()
    run()
    return time.monotonic() - began


def test_requests_pass_at_the_rate_over_all_workers() -> None:
    limits = replace(QUICK, requests_per_second=100.0, workers=8)
    moments: list[float] = []
    parts = list(fetched(lambda item: moments.append(time.monotonic()), items(21), limits=limits))
    assert {part.outcome for part in parts} == {"ok"}
    moments.sort()
    assert moments[-1] - moments[0] >= 0.199
    assert all(
        later - earlier > 0.085 for earlier, later in zip(moments[:-10], moments[10:], strict=True)
    )


def test_a_request_is_tried_again_and_the_tries_are_counted() -> None:
    one = caller()
    answer = raiser(UnavailableError("HTTP 500"), times=2)
    assert one(lambda: answer(None) or "fine") == "fine"
    assert one.n_attempts == 3
    assert one(lambda: "at once") == "at once"
    assert one.n_attempts == 3


def test_tries_run_out() -> None:
    one = caller()
    with pytest.raises(UnavailableError, match="HTTP 500"):
        one(lambda: raiser(UnavailableError("HTTP 500"))(None))
    assert one.n_attempts == QUICK.attempts


def test_what_is_not_found_is_not_tried_again() -> None:
    one = caller()
    with pytest.raises(NotFoundError):
        one(lambda: raiser(NotFoundError("no such symbol"))(None))
    assert one.n_attempts == 1


def test_the_librarys_errors_are_classified_and_others_fail_at_once() -> None:
    def classify(error: Exception) -> Exception:
        return UnavailableError(str(error)) if isinstance(error, OSError) else error

    one = caller(classify=classify)
    answer = raiser(OSError("reset"), times=1)
    assert one(lambda: answer(None) or "fine") == "fine"
    assert one.n_attempts == 2
    other = caller(classify=classify)
    with pytest.raises(KeyError, match="close"):
        other(lambda: {}["close"])
    assert other.n_attempts == 1


def test_waits_are_jittered_and_grow_up_to_the_longest() -> None:
    limits = replace(QUICK, attempts=9, first_wait_seconds=1.0, longest_wait_seconds=8.0)
    one, waits = caller(limits), []

    def noted(state: Any) -> float:
        waits.append(Caller._wait(one, state))
        return 0.0

    one._wait = noted
    with pytest.raises(UnavailableError):
        one(lambda: raiser(UnavailableError("HTTP 500"))(None))
    longest = [1, 2, 4, 8, 8, 8, 8, 8, 8]
    assert all(0 <= wait <= bound for wait, bound in zip(waits, longest, strict=False))
    assert len({round(wait, 6) for wait in waits}) == len(waits)
    assert max(waits) > 1


def test_a_retry_after_is_waited_out_by_all_workers() -> None:
    limits = replace(QUICK, workers=3)
    first, moments = threading.Event(), []

    def answer(item: Item) -> None:
        if not first.is_set():
            first.set()
            moments.append(time.monotonic())
            raise ThrottledError("HTTP 429", retry_after=0.3)
        time.sleep(0.02)
        moments.append(time.monotonic())

    parts = list(fetched(answer, items(30), limits=limits))
    assert {part.outcome for part in parts} == {"ok"}
    assert sorted(part.n_attempts for part in parts)[-2:] == [1, 2]
    quiet = [moment for moment in moments[1:] if 0.05 < moment - moments[0] < 0.299]
    assert quiet == []
    assert len(moments) == 31


def test_a_throttle_without_retry_after_backs_off() -> None:
    one = caller()
    answer = raiser(ThrottledError("HTTP 429"), times=2)
    assert seconds_of(lambda: one(lambda: answer(None) or True)) < 0.2
    assert one.n_attempts == 3


def test_a_retry_after_of_an_hour_is_not_waited_out_and_stops_nobody_else() -> None:
    def answer(item: Item) -> None:
        if item.name == "S0":
            raise ThrottledError("HTTP 429", retry_after=3600)

    limits = replace(QUICK, workers=2, longest_retry_after_seconds=600)
    began = time.monotonic()
    parts = {part.item.name: part for part in fetched(answer, items(6), limits=limits)}
    assert time.monotonic() - began < 2
    assert (parts["S0"].outcome, parts["S0"].n_attempts) == ("throttled", 1)
    assert {part.outcome for name, part in parts.items() if name != "S0"} == {"ok"}


def test_outcomes_of_items() -> None:
    errors = {
        "S1": NotFoundError("no such symbol"),
        "S2": ThrottledError("HTTP 429"),
        "S3": UnavailableError("HTTP 500"),
        "S4": KeyError("close"),
    }

    def answer(item: Item) -> pa.Table | None:
        if item.name in errors:
            raise errors[item.name]
        return ROWS.slice(0, 0) if item.name == "S5" else None

    parts = {part.item.name: part for part in fetched(answer, items(7))}
    found = {name: (part.outcome, part.n_attempts, part.message) for name, part in parts.items()}
    assert found == {
        "S0": ("ok", 1, ""),
        "S1": ("not_found", 1, "no such symbol"),
        "S2": ("throttled", 3, "HTTP 429"),
        "S3": ("failed", 3, "UnavailableError: HTTP 500"),
        "S4": ("failed", 1, "KeyError: 'close'"),
        "S5": ("empty", 1, "nothing in these dates"),
        "S6": ("ok", 1, ""),
    }
    assert all(NOW <= part.started_at <= part.finished_at for part in parts.values())


def test_a_source_that_is_gone_is_not_asked_for_ever() -> None:
    asked: list[str] = []

    def answer(item: Item) -> None:
        asked.append(item.name)
        raise UnavailableError("connection refused")

    limits = replace(QUICK, workers=2, give_up_after_failures=5, attempts=1)
    parts = list(fetched(answer, items(100), limits=limits))
    assert len(parts) == 100
    assert 5 <= len(asked) <= 5 + 2 * limits.workers
    assert {part.outcome for part in parts} == {"failed"}
    unasked = [part for part in parts if part.n_attempts == 0]
    assert len(unasked) == 100 - len(asked)
    assert unasked[0].message.startswith("not asked: the source failed too often in a row")


def test_failures_among_answers_do_not_count_as_gone() -> None:
    def answer(item: Item) -> None:
        if int(item.name[1:]) % 3:
            raise UnavailableError("HTTP 500") if item.name.endswith("1") else NotFoundError("?")

    limits = replace(QUICK, workers=1, attempts=1, give_up_after_failures=2)
    assert all(part.n_attempts == 1 for part in fetched(answer, items(60), limits=limits))


def test_items_done_or_not_wanted_are_not_asked() -> None:
    rate = Item("EURUSD=X", "fx_rates", "EUR")
    told: list[Item] = []
    of = job(
        done=frozenset({"S1"}),
        symbols=frozenset({"S0", "S1"}),
        expect=lambda all_: told.extend(all_),
    )
    parts = list(fetched(lambda item: None, [*items(4), rate], of=of))
    assert sorted(part.item.name for part in parts) == ["EURUSD=X", "S0"]
    assert [item.name for item in told] == ["S0", "S1", "EURUSD=X"]


@pytest.mark.parametrize(
    ("start", "landed", "expected"),
    [
        (None, None, None),
        (date(2024, 1, 1), None, date(2024, 1, 1)),
        (None, date(2024, 1, 9), date(2024, 1, 6)),
        (date(2024, 1, 8), date(2024, 1, 9), date(2024, 1, 8)),
    ],
)
def test_an_update_asks_from_the_overlap_on_and_not_before_the_start(
    start, landed, expected
) -> None:
    landed_until = {("prices", "S0"): landed} if landed else {}
    of = job(start=start, landed_until=landed_until)
    assert first_date(of, items(1)[0], 3) == expected


def test_a_slow_landing_holds_the_fetch_back() -> None:
    asked: list[str] = []
    parts = fetched(lambda item: asked.append(item.name), items(500))
    next(parts)
    time.sleep(0.2)
    assert len(asked) <= 3 * QUICK.workers
    assert len(list(parts)) == 499


def test_whoever_stops_early_leaves_no_thread_that_waits() -> None:
    def answer(item: Item) -> None:
        if item.name != "S0":
            raise ThrottledError("HTTP 429", retry_after=500)

    before = set(threading.enumerate())
    parts = fetched(answer, items(50))
    assert next(parts).outcome == "ok"
    time.sleep(0.1)
    parts.close()
    limit = time.monotonic() + 2
    while set(threading.enumerate()) - before and time.monotonic() < limit:
        time.sleep(0.02)
    assert set(threading.enumerate()) - before == set()


INTERRUPTED = """
import os, signal, threading
from datetime import UTC, datetime
from ingest.fetching import Limits, ThrottledError, fetch_items
from ingest.sources import Item, Job

def fetch_one(item, since, call):
    def refused():
        raise ThrottledError("429", retry_after=500)
    return call(refused)

items = [Item(str(number), "prices", str(number)) for number in range(50)]
limits = Limits(workers=4, requests_per_second=1000.0)
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
job = Job(None, {}, now=datetime.now(UTC))
list(fetch_items(job, items, fetch_one, limits=limits, classify=lambda e: e, overlap_days=1))
"""


def test_an_interruption_ends_the_process_soon() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "KeyboardInterrupt" in done.stderr
    assert time.monotonic() - began < 20
