"""Daily returns of each factor's legs and quantiles, name by name: METHODS section 11."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tests.two_roads.inputs import Market, variables
from tests.two_roads.tape import Tape


def legs_by_month(market: Market, factor: dict, asset_class: str) -> dict[pd.Timestamp, dict]:
    """Per month end and symbol: its side (+1 top share, -1 bottom share, ties broken), quantile."""
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
        quantiles = quantiles_of([factor["direction"] * (one[0] - 0.5) for one in ordered])
        found[day] = {
            one[2]: ((place < n_chosen) - (place >= len(ordered) - n_chosen), int(quantile))
            for place, (one, quantile) in enumerate(zip(ordered, quantiles, strict=True))
        }
    return found


def quantiles_of(values: Sequence[float]) -> np.ndarray:
    """1 to 5: how many of the edges at 0, 20, ... 100 % lie below the value; the lowest is in 1.

    This is what ``pandas.qcut`` does, which refuses edges that coincide.
    """
    edges = np.quantile(values, np.linspace(0, 1, 6))
    return np.searchsorted(edges, values, side="left").clip(min=1)


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


def daily_worths(
    market: Market, tape: Tape, factor: dict, asset_class: str, days: list[pd.Timestamp]
) -> pd.DataFrame:
    """Per name and day held: its side, its quantile, its worth at both closes against its purchase.

    Names drift from purchase to the next one; on a day on which its venue is closed a name earns
    0 and stays in its leg; after its delisting it is gone.
    """
    legs, ends = legs_by_month(market, factor, asset_class), month_ends(market, asset_class)
    rows: list[tuple] = []
    for decided, places in legs.items():
        later = [day for day in ends if day > decided]
        for symbol, place in places.items():
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
            opening = cost
            for day in days[bisect_right(days, bought) : bisect_right(days, last)]:
                closing = tape.worth(symbol, day)
                rows.append((day, *place, opening / cost, closing / cost))
                opening = closing
    columns = ["date", "side", "quantile", "opening", "closing"]
    return pd.DataFrame(rows, columns=columns).astype({"date": "datetime64[us]"})


def grown(worths: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return and number of names per date and group: the worths at both closes added up."""
    groups = worths.groupby(["date", by])
    opening, closing = groups["opening"].sum(), groups["closing"].sum()
    return pd.DataFrame({"return": closing / opening - 1, "n_names": groups.size()}).reset_index()


def factor_returns(worths: pd.DataFrame) -> pd.DataFrame:
    """Per day on which both legs hold names: the long leg, the short leg and their difference."""
    legs = grown(worths[worths["side"] != 0], "side").set_index("date")
    long, short = legs[legs["side"] == 1], legs[legs["side"] == -1]
    both = long.join(short, how="inner", lsuffix="_long", rsuffix="_short")
    names = {
        "return_long": "long_return",
        "return_short": "short_return",
        "n_names_long": "n_long",
        "n_names_short": "n_short",
    }
    both = both.rename(columns=names).reset_index()
    both["long_short_return"] = both["long_return"] - both["short_return"]
    return both
