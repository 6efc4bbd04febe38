"""Which raw bars stand and which are set aside: METHODS section 2, bar by bar."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from tests.two_roads.inputs import Market, in_major_units, sessions, variables


class Bar(NamedTuple):
    """One raw bar in the major unit of its currency."""

    day: pd.Timestamp
    open: float
    high: float
    low: float
    close: float
    volume: float
    currency: str
    price_basis: str
    has_close: bool


class Cleaned(NamedTuple):
    """One symbol's bars that stand, by day, and (day, reason, field) of what was set aside."""

    bars: dict[pd.Timestamp, Bar]
    set_aside: list[tuple[pd.Timestamp, str, str]]


def is_price(value: float) -> bool:
    """Whether a number can be a price."""
    return math.isfinite(value) and value > 0


def split_ratios(market: Market) -> dict[str, list[tuple[pd.Timestamp, float]]]:
    """Splits of every symbol: (ex_date, new shares per old), oldest first."""
    actions = market.newest("raw.corporate_actions", ["symbol", "ex_date", "action_type"])
    splits = actions[(actions["action_type"] == "split") & (actions["value"] > 0)]
    return {
        symbol: sorted(zip(rows["ex_date"], rows["value"], strict=True))
        for symbol, rows in splits.groupby("symbol")
    }


def shares_per_first_share(splits: list[tuple[pd.Timestamp, float]], day: pd.Timestamp) -> float:
    """Shares on a day that grew out of one share held since before every split."""
    return math.prod(ratio for ex_date, ratio in splits if ex_date <= day)


def raw_bars(market: Market) -> dict[str, list[Bar]]:
    """Every symbol's newest bars, in the order of their days."""
    named = "(select *, close is not null as has_close from raw.prices)"  # NaN is not missing
    prices = market.newest(named, ["symbol", "bar_date"])
    prices = in_major_units(prices, ["open", "high", "low", "close"])
    prices = prices.sort_values(["symbol", "bar_date", "occurrence"])
    columns = ["bar_date", *Bar._fields[1:]]
    return {
        symbol: [Bar(*row) for row in rows[columns].itertuples(index=False)]
        for symbol, rows in prices.groupby("symbol")
    }


def flaw(bar: Bar, is_session: bool, n_of_day: int, tolerance: float) -> str | None:
    """The reason for which one bar is set aside by itself, if there is one."""
    if not bar.has_close:
        return "missing_close"
    if not math.isfinite(bar.close):
        return "non_finite_close"
    if bar.close <= 0:
        return "non_positive_close"
    if not is_session:
        return "off_calendar"
    if n_of_day > 1:
        return "conflicting_duplicate"
    if is_price(bar.high) and is_price(bar.low) and bar.low > bar.high:
        return None  # the range contradicts itself: a bad high or a bad low, not a bad close
    above = is_price(bar.high) and bar.close * (1 - tolerance) > bar.high
    below = is_price(bar.low) and bar.close * (1 + tolerance) < bar.low
    return "close_outside_range" if above or below else None


def bad_fields(bar: Bar, tolerance: float) -> Iterator[tuple[str, str]]:
    """(reason, field) of every open, high, low or volume that cannot be; the close stays."""
    has_range = is_price(bar.high) and is_price(bar.low)
    is_inverted = has_range and bar.low > bar.high
    if not math.isnan(bar.high) and (
        not is_price(bar.high) or (is_inverted and bar.close * (1 - tolerance) > bar.high)
    ):
        yield "bad_high", "high"
    if not math.isnan(bar.low) and (
        not is_price(bar.low) or (is_inverted and bar.close * (1 + tolerance) < bar.low)
    ):
        yield "bad_low", "low"
    if not math.isnan(bar.open):
        outside = not is_inverted and (
            (is_price(bar.high) and bar.open > bar.high * (1 + tolerance))
            or (is_price(bar.low) and bar.open < bar.low * (1 - tolerance))
        )
        if not is_price(bar.open) or outside:
            yield "bad_open", "open"
    if not math.isnan(bar.volume) and not (math.isfinite(bar.volume) and bar.volume >= 0):
        yield "bad_volume", "volume"


def without_stale_runs(bars: list[Bar], longest: int) -> tuple[list[Bar], list[pd.Timestamp]]:
    """Bars but those whose close stood unchanged on zero volume for more than so many sessions."""
    kept, dropped, last, run = [], [], None, 0
    for bar in bars:
        run = run + 1 if last is not None and bar.volume == 0 and bar.close == last else 0
        last = bar.close
        if run > longest:
            dropped.append(bar.day)
        else:
            kept.append(bar)
    return kept, dropped


def without_big_moves(
    bars: list[Bar], splits: list[tuple[pd.Timestamp, float]], largest: float, gone: float
) -> tuple[list[Bar], list[tuple[pd.Timestamp, str]]]:
    """Bars but those that moved too far on their day; each is judged at the next bar.

    The price compared is split-adjusted. A move is gone by the share of the way that the next
    close has come back.
    """
    kept: list[Bar] = []
    judged: list[tuple[pd.Timestamp, str]] = []
    last: float | None = None
    waiting: tuple[Bar, float] | None = None
    for bar in bars:
        factor = shares_per_first_share(splits, bar.day) if bar.price_basis == "as_traded" else 1.0
        price = bar.close * factor
        if waiting is not None and last is not None:
            suspect, moved_to = waiting
            back = (moved_to - price) / (moved_to - last)
            judged.append((suspect.day, "bad_print" if back >= gone else "unconfirmed_move"))
            last = last if back >= gone else moved_to
            waiting = None
        if last is not None and not 1 / largest <= price / last <= largest:
            waiting = (bar, price)
            continue
        last = price
        kept.append(bar)
    if waiting is not None:
        judged.append((waiting[0].day, "unconfirmed_move"))
    return kept, judged


def clean_all(market: Market, known: dict[str, Any]) -> dict[str, Cleaned]:
    """Every symbol of the universe with its bars that stand and what was set aside."""
    settings, splits = variables(), split_ratios(market)
    by_symbol, days = raw_bars(market), market.query("select bar_date from raw.prices")["bar_date"]
    tolerance, cleaned = settings["range_tolerance"], {}
    for symbol, bars in by_symbol.items():
        asset = known.get(symbol)
        if asset is None:
            cleaned[symbol] = Cleaned({}, [(bar.day, "unknown_symbol", "close") for bar in bars])
            continue
        open_days = set(sessions(asset["venue"], days.min(), days.max()))
        n_of_day = pd.Series([bar.day for bar in bars]).value_counts().to_dict()
        set_aside, good = [], []
        for bar in bars:
            reason = flaw(bar, bar.day in open_days, n_of_day[bar.day], tolerance)
            if reason:
                set_aside.append((bar.day, reason, "close"))
            else:
                good.append(bar)
                set_aside += [(bar.day, *found) for found in bad_fields(bar, tolerance)]
        good, stale = without_stale_runs(good, settings["max_unchanged_sessions"])
        set_aside += [(day, "stale_run", "close") for day in stale]
        good, judged = without_big_moves(
            good,
            splits.get(symbol, []),
            settings["max_move"][asset["asset_class"]],
            settings["reversal_share"],
        )
        set_aside += [(day, reason, "close") for day, reason in judged]
        cleaned[symbol] = Cleaned({bar.day: bar for bar in good}, set_aside)
    return cleaned
