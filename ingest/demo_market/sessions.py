"""The market's time: sessions of each calendar, month blocks, and when a drift begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import exchange_calendars
import numpy as np

CRYPTO_VENUE = "24/7"


@dataclass(frozen=True)
class SessionGrid:
    """All sessions of one venue between two days.

    A decision is made at the last session of a month. Its orders trade at the close of the next
    session, so that the drift it earns begins with the second session of the new month and ends
    with the first session of the month after.
    """

    venue: str
    sessions: np.ndarray

    @cached_property
    def months(self) -> np.ndarray:
        """The calendar month of each block, as datetime64[M]."""
        return np.unique(self.sessions.astype("datetime64[M]"))

    @cached_property
    def blocks(self) -> list[tuple[int, int]]:
        """First row and row past the last, of each month."""
        starts = np.searchsorted(self.sessions.astype("datetime64[M]"), self.months)
        ends = np.append(starts[1:], len(self.sessions))
        return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]

    def __len__(self) -> int:
        return len(self.sessions)

    def row_at(self, day: np.datetime64) -> int:
        """Row of the first session on or after a day."""
        return int(np.searchsorted(self.sessions, day))


def session_grid(venue: str, first: date, last: date) -> SessionGrid:
    """The sessions of a venue from first to last, both included."""
    if venue == CRYPTO_VENUE:
        days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
        return SessionGrid(venue, days)
    calendar = exchange_calendars.get_calendar(venue, start=str(first), end=str(last))
    return SessionGrid(venue, calendar.sessions.to_numpy().astype("datetime64[D]"))
