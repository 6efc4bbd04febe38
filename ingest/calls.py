"""Sends one request to a live source: at its rate, with retries, its errors in three kinds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_attempt,
    stop_any,
    wait_random_exponential,
)

from ingest.errors import IngestError

Answer = TypeVar("Answer")


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
    """Lets requests pass at a steady rate, and none while the source asks for quiet.

    Attributes
    ----------
    closed : set when nobody wants the answers any more: all waiting ends at once.
    """

    def __init__(self, requests_per_second: float) -> None:
        self.closed = threading.Event()
        self._interval = 1 / requests_per_second
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait until it is this caller's turn.

        Raises
        ------
        UnavailableError : the gate was closed meanwhile.
        """
        while not self.closed.is_set():
            with self._lock:
                now = time.monotonic()
                seconds = self._next - now
                if seconds <= 0:
                    self._next = now + self._interval
                    return
            self.closed.wait(seconds)
        raise UnavailableError("the fetch was stopped")

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
        self.notes: list[str] = []
        self._gate, self._limits, self._classify = gate, limits, classify

    def __call__(self, request: Callable[[], Answer]) -> Answer:
        """The answer of a request.

        Raises
        ------
        NotFoundError, UnavailableError, ThrottledError : after the last try.
        """
        closed = self._gate.closed
        tries = Retrying(
            stop=stop_any(
                stop_after_attempt(self._limits.attempts),
                self._is_too_long_a_quiet,
            ),
            wait=self._wait,
            sleep=sleep_using_event(closed),
            retry=retry_if_exception_type(UnavailableError),
            reraise=True,
        )
        return tries(self._once, request, tries)

    def note(self, text: str) -> None:
        """Something to know about the item although it came: it is logged with it."""
        self.notes.append(text)

    def _once(self, request: Callable[[], Answer], tries: Retrying) -> Answer:
        self._gate.wait()
        self.n_attempts = max(self.n_attempts, tries.statistics["attempt_number"])
        try:
            return request()
        except (NotFoundError, UnavailableError):
            raise
        except Exception as error:
            classified = self._classify(error)
            if classified is error:
                raise
            raise classified from error

    def _wait(self, state: RetryCallState) -> float:
        """Seconds until the next try; asked for also where there will be none."""
        asked, limits = _retry_after(state), self._limits
        if asked is None:
            wait = wait_random_exponential(limits.first_wait_seconds, limits.longest_wait_seconds)
            return wait(state)
        if not self._is_too_long_a_quiet(state):
            self._gate.pause(asked)
        return asked

    def _is_too_long_a_quiet(self, state: RetryCallState) -> bool:
        return (_retry_after(state) or 0) > self._limits.longest_retry_after_seconds


def _retry_after(state: RetryCallState) -> float | None:
    return getattr(state.outcome.exception(), "retry_after", None)
