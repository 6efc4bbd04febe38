"""Daily long-short returns of each factor, name by name: METHODS section 11."""

from __future__ import annotations

import math
from bisect import bisect_right

import pandas as pd

from tests.two_roads.inputs import Market, variables
from tests.two_roads.pnl import Tape


def legs_by_month(market: Market, factor: dict, asset_class: str) -> dict[pd.Timestamp, dict]:
    """Per month end the symbols of the top share (+1) and the bottom share (-1), ties broken."""
    values = market.table("factors.factor_values").dropna(subset="rank_pct")
    values = values[(values["factor"] == factor["name"]) & (values["asset_class"] == asset_class)]
    ends = month_ends(market, asset_class)
    found = {}
    for day, section in values[values["as_of_date"].isin(ends)].groupby("as_of_date"):
        ordered = sorted(
            zip(section["rank_pct"], section["raw_value"], section["symbol"], strict=True),
            key=lambda one: (-factor["direction"] * one[0], -factor["direction"] * one[1], one[2]),
        )
        n_chosen = math.floor(len(ordered) * variables()["spread_fraction"])
        found[day] = {one[2]: 1 for one in ordered[:n_chosen]}
        found[day] |= {one[2]: -1 for one in ordered[len(ordered) - n_chosen :]}
    return found


def month_ends(market: Market, asset_class: str) -> list[pd.Timestamp]:
    """The month ends among the factor dates of a class."""
    dates = market.table("factors.factor_dates")
    chosen = (dates["asset_class"] == asset_class) & dates["is_month_end"].astype(bool)
    return sorted(dates[chosen]["as_of_date"].unique())


def first_trade_after(tape: Tape, symbol: str, decided: pd.Timestamp) -> pd.Timestamp | None:
    """The first session after a day on which the symbol has a bar, as the lag wants it."""
    wait, days = variables()["execution_lag_sessions"], tape.days[symbol]
    for day in days[bisect_right(days, decided) :]:
        wait -= tape.trades_on(symbol, day)
        if wait == 0:
            return day
    return None


def factor_returns(
    market: Market, tape: Tape, factor: dict, asset_class: str, days: list[pd.Timestamp]
) -> pd.DataFrame:
    """Per day of the class: the long and the short leg, equal-weighted at each month's purchase.

    Names drift from purchase to the next one; on a day on which its venue is closed a name earns
    0 and stays in its leg; after its delisting it is gone.
    """
    legs, ends = legs_by_month(market, factor, asset_class), month_ends(market, asset_class)
    moves: dict[pd.Timestamp, list[tuple[int, float, float]]] = {}
    for decided, sides in legs.items():
        later = [day for day in ends if day > decided]
        for symbol, side in sides.items():
            bought = first_trade_after(tape, symbol, decided)
            if bought is None:
                continue
            sold = first_trade_after(tape, symbol, later[0]) if later else None
            if sold is not None and sold <= bought:
                continue
            cost, gone = (
                tape.worth(symbol, bought),
                min((day for day in tape.ends[symbol] if day > bought), default=days[-1]),
            )
            last = min(sold or days[-1], gone)
            held = days[bisect_right(days, bought) : bisect_right(days, last)]
            before = bought
            for day in held:
                opening, closing = tape.worth(symbol, before), tape.worth(symbol, day)
                moves.setdefault(day, []).append((side, opening / cost, closing / cost))
                before = day
    rows = []
    for day in sorted(moves):
        leg = {}
        for side in (1, -1):
            values = [one for one in moves[day] if one[0] == side]
            if values:
                opening = math.fsum(one[1] for one in values)
                leg[side] = math.fsum(one[2] for one in values) / opening - 1, len(values)
        if len(leg) == 2:
            rows.append((day, leg[1][0] - leg[-1][0], leg[1][0], leg[-1][0], leg[1][1], leg[-1][1]))
    columns = ["date", "long_short_return", "long_return", "short_return", "n_long", "n_short"]
    return pd.DataFrame(rows, columns=columns).astype({"date": "datetime64[us]"})
