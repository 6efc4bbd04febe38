"""The ways in which bars go wrong, the quarantine reason each is to meet, and its edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ingest.demo_market.bars import Bars


@dataclass(frozen=True)
class FaultKind:
    """One way in which bars go wrong.

    Attributes
    ----------
    reason : expected in prepared.quarantine; None where no row is set aside.
    length : sessions it spans.
    per_asset : how many are planted for one asset of the market (at least two in all).
    equity_only : needs days on which the exchange is closed.
    """

    name: str
    reason: str | None
    length: int = 1
    per_asset: float = 0.05
    equity_only: bool = False


KINDS = (
    FaultKind("missing_bar", None),
    FaultKind("missing_run_3", None, length=3),
    FaultKind("missing_run_8", None, length=8, per_asset=0.03),
    FaultKind("exact_duplicate", None),
    FaultKind("conflicting_duplicate", "conflicting_duplicate"),
    FaultKind("zero_close", "non_positive_close"),
    FaultKind("negative_close", "non_positive_close"),
    FaultKind("close_outside_range", "close_outside_range"),
    FaultKind("bad_print", "bad_print"),
    FaultKind("stale_run", "stale_run", length=10, per_asset=0.03),
    FaultKind("off_calendar", "off_calendar", equity_only=True),
    FaultKind("nan_close", "non_finite_close"),
    FaultKind("infinite_close", "non_finite_close"),
    FaultKind("missing_close", "missing_close"),
    FaultKind("bad_open", "bad_open"),
    FaultKind("bad_high", "bad_high"),
    FaultKind("bad_low", "bad_low"),
    FaultKind("bad_volume", "bad_volume"),
)


def _flatten(bars: Bars, at: slice) -> None:
    before = bars.close[at.start - 1]
    for column in (bars.open, bars.high, bars.low, bars.close):
        column[at] = before
    bars.volume[at] = 0.0


def _set(column: str, change: Callable[[Bars, slice], np.ndarray | float]):
    def edit(bars: Bars, at: slice) -> None:
        getattr(bars, column)[at] = change(bars, at)

    return edit


EDITS: dict[str, Callable[[Bars, slice], None]] = {
    "zero_close": _set("close", lambda bars, at: 0.0),
    "negative_close": _set("close", lambda bars, at: -bars.close[at]),
    "close_outside_range": _set("close", lambda bars, at: bars.high[at] * 1.03),
    "nan_close": _set("close", lambda bars, at: np.nan),
    "infinite_close": _set("close", lambda bars, at: np.inf),
    "missing_close": _set("has_close", lambda bars, at: False),
    "bad_open": _set("open", lambda bars, at: -bars.open[at]),
    "bad_high": _set("high", lambda bars, at: bars.low[at] * 0.9),
    "bad_low": _set("low", lambda bars, at: -bars.low[at]),
    "bad_volume": _set("volume", lambda bars, at: -bars.volume[at]),
    "stale_run": _flatten,
}
