"""Faults planted in the observed bars, each known by kind, symbol, dates and expected reason."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from ingest.demo_market.bars import Bars
from ingest.demo_market.fault_kinds import EDITS, KINDS, FaultKind
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.quotes import Quotes, round_significant
from ingest.demo_market.returns import Paths
from ingest.demo_market.universe import Group

SESSIONS_BETWEEN_FAULTS = 30
SESSIONS_TO_EVENTS = 10
SESSIONS_AFTER_START = 60
STALE_TOLERATED = 5
FRIDAY = 4


@dataclass(frozen=True)
class Fault:
    """A planted fault.

    `dates` are the days touched, `quarantined` those expected in prepared.quarantine under
    `reason`. A genuine jump stands here too: its day is set aside, its return falls on the next
    session.
    """

    kind: str
    symbol: str
    asset_class: str
    row: int
    dates: tuple[np.datetime64, ...]
    reason: str | None
    quarantined: tuple[np.datetime64, ...]


class FaultPlanter:
    """Plants faults in the bars of all groups, away from each other and from events."""

    def __init__(self, bars: Bars, options: DemoOptions):
        self.bars = bars
        self.rng = options.rng("faults")
        self.keep = np.ones(len(bars.code), dtype=bool)
        self.extra: list[Bars] = []
        self.faults: list[Fault] = []
        self.start = np.searchsorted(bars.code, np.arange(bars.code.max() + 1))

    def plant(self, group: Group, paths: Paths, quotes: Quotes, *, first_code: int) -> None:
        """Plant all kinds in one group, and note its genuine jumps."""
        events = _events(group, paths, quotes)
        taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
        sessions = group.grid.sessions
        asset_class = group.model.asset_class
        for row, i in paths.jumps:
            day = (sessions[row],)
            jump = Fault(
                "level_jump", group.symbols[i], asset_class, row, day, "unconfirmed_move", day
            )
            self.faults.append(jump)
            taken[i].append((row, row))
        for kind in KINDS:
            if kind.equity_only and asset_class != "equity":
                continue
            for _ in range(max(2, round(kind.per_asset * group.n))):
                place = self._place(group, kind, events, taken)
                if place:
                    self._apply(group, kind, *place, first_code)

    def observed(self) -> Bars:
        """The bars with all faults in them: those kept, then those added."""
        return Bars.join([self.bars.take(self.keep), *self.extra])

    def _place(
        self,
        group: Group,
        kind: FaultKind,
        events: dict[int, list[int]],
        taken: dict[int, list[tuple[int, int]]],
    ) -> tuple[int, int] | None:
        """A free row and asset among those that pass the other rules, or None after many tries."""
        good = group.is_ordinary & ~group.has("illiquid") & ~group.has("micro_cap")
        assets = np.flatnonzero(good)
        for _ in range(1000):
            i = int(self.rng.choice(assets))
            low = max(group.first_row[i], group.member_from[i]) + SESSIONS_AFTER_START
            end = group.member_to[i] if group.member_to[i] > 0 else group.last_row[i]
            high = min(end, group.last_row[i]) - SESSIONS_AFTER_START // 2 - kind.length
            if high <= low:
                continue
            row = int(self.rng.integers(low, high))
            last = row + kind.length - 1
            if kind.equity_only and not _precedes_weekend(group, row):
                continue
            if _is_free(row, last, events[i], SESSIONS_TO_EVENTS) and all(
                _is_free(row, last, span, SESSIONS_BETWEEN_FAULTS) for span in taken[i]
            ):
                taken[i].append((row, last))
                return row, i
        return None

    def _apply(self, group: Group, kind: FaultKind, row: int, i: int, first_code: int) -> None:
        days = group.grid.sessions[row : row + kind.length]
        quarantined = days if kind.reason else days[:0]
        at = self.start[first_code + i] + row - group.first_row[i]
        if kind.name == "off_calendar":
            days = quarantined = days + 1
        if kind.name == "stale_run":
            quarantined = days[STALE_TOLERATED:]
        self._edit(kind, slice(at, at + kind.length), group.model.asset_class)
        self.faults.append(
            Fault(
                kind.name,
                group.symbols[i],
                group.model.asset_class,
                row,
                tuple(days),
                kind.reason,
                tuple(quarantined),
            )
        )

    def _edit(self, kind: FaultKind, at: slice, asset_class: str) -> None:
        if kind.name.startswith("missing_") and kind.name != "missing_close":
            self.keep[at] = False
        elif kind.name in ("exact_duplicate", "conflicting_duplicate", "off_calendar"):
            self.extra.append(self._added(kind.name, at))
        elif kind.name == "bad_print":
            factor = self.rng.uniform(*((8, 20) if asset_class == "equity" else (15, 40)))
            before = self.bars.close[at.start - 1]
            self.bars.close[at] = round_significant(before * factor, 8)
            self.bars.high[at] = np.maximum(self.bars.high[at], self.bars.close[at])
        else:
            EDITS[kind.name](self.bars, at)

    def _added(self, kind: str, at: slice) -> Bars:
        added = self.bars.take(at)
        if kind == "conflicting_duplicate":
            added.close = round_significant(added.close * 1.02, 8)
            added.high = np.maximum(added.high, added.close)
        if kind == "off_calendar":
            added.day = added.day + 1
        return added


def _events(group: Group, paths: Paths, quotes: Quotes) -> dict[int, list[int]]:
    """Rows of splits, dividends, listing and delisting, by asset."""
    events: dict[int, list[int]] = defaultdict(list)
    for row, i, _ in [*quotes.splits, *quotes.dividends]:
        events[i].append(row)
    for i in range(group.n):
        events[i] += [int(group.first_row[i]), int(group.last_row[i]) + 1]
    return events


def _is_free(first: int, last: int, rows: list[int] | tuple[int, ...], distance: int) -> bool:
    """Whether a span keeps more than a distance from every row (a span is given by its ends)."""
    return all(row - last > distance or first - row > distance for row in rows)


def _precedes_weekend(group: Group, row: int) -> bool:
    day = group.grid.sessions[row]
    return (day.astype("datetime64[D]").astype(int) + 3) % 7 == FRIDAY
