"""One combination of the multiverse at a time, name by name in plain Python."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from tests.two_roads.inputs import Market, variables
from tests.two_roads.prices import known_assets


class History:
    """Every symbol's rows of prices_daily by listing, with its bars counted."""

    def __init__(self, market: Market) -> None:
        self.assets = known_assets(market)
        prices = market.table("prepared.prices_daily").sort_values(["symbol", "as_of_date"])
        universe = market.table(
            "prepared.universe_daily",
            "symbol, as_of_date, median_dollar_volume_usd, is_member, n_history",
        )
        rows = prices.merge(universe, on=["symbol", "as_of_date"])
        self.rows = {symbol: own.reset_index(drop=True) for symbol, own in rows.groupby("symbol")}
        self.days = {symbol: list(own["as_of_date"]) for symbol, own in self.rows.items()}
        self.values = {
            symbol: {name: own[name].to_numpy() for name in own.columns}
            for symbol, own in self.rows.items()
        }
        for own in self.values.values():
            own["n_bars_so_far"] = np.cumsum(~own["is_stale"].astype(bool))

    def place(self, symbol: str, day: pd.Timestamp) -> int | None:
        """Row of the symbol on exactly this day."""
        days = self.days[symbol]
        place = bisect_right(days, day) - 1
        return place if place >= 0 and days[place] == day else None

    def bar_after(self, symbol: str, place: int, lag: int) -> tuple[int | None, bool]:
        """The lag-th later row with a bar, and whether a delisting came first."""
        own, left = self.values[symbol], lag
        for later in range(place + 1, len(own["is_stale"])):
            if own["is_delisted"][later]:
                return later, True
            left -= not own["is_stale"][later]
            if left == 0:
                return later, False
        return None, False


@cache
def history(market: Market) -> History:
    return History(market)


def past_return(own: dict[str, np.ndarray], place: int, start: int, stop: int) -> float | None:
    """Return from ``start`` to ``stop`` sessions ago in one listing, 80 % of them with a bar."""
    first, last = place - start, place - stop
    if first < 0 or own["listing_no"][first] != own["listing_no"][place]:
        return None
    bars = own["n_bars_so_far"][last] - own["n_bars_so_far"][first]
    if bars < (start - stop) * variables()["window_coverage"]:
        return None
    value = own["adj_close"][last] / own["adj_close"][first] - 1
    return float(value) if np.isfinite(value) else None


def weights_of(
    market: Market, chosen: dict[str, Any], sessions: dict[str, pd.Timestamp]
) -> dict[str, float]:
    """Signed weights of one combination on one date; empty where it cannot be formed."""
    told = history(market)
    assets = told.assets
    kind = chosen["asset_class"]
    excluded = variables()["excluded_asset_kinds"]
    rows = []
    for symbol, asset in assets.items():
        if asset["asset_class"] != kind or asset["asset_kind"] in excluded:
            continue
        if asset["venue"] not in sessions or symbol not in told.days:
            continue
        place = told.place(symbol, sessions[asset["venue"]])
        if place is None:
            continue
        own = told.values[symbol]
        cap, volume = own["market_cap_usd"][place], own["median_dollar_volume_usd"][place]
        fits = (
            not own["is_stale"][place]
            and not own["is_delisted"][place]
            and own["is_member"][place]
            and own["n_history"][place] >= variables()["min_history_sessions"][kind]
            and not cap < variables()["min_market_cap_usd"][kind]
            and volume >= chosen["universe_floor_usd"]
        )
        value = past_return(own, place, chosen["formation_start"], chosen["formation_stop"])
        if fits and value is not None:
            country = "" if pd.isna(asset["country"]) else asset["country"]
            rows.append((symbol, country, chosen["direction"] * value, cap))
    section = pd.DataFrame(rows, columns=["symbol", "country", "signal", "cap"])
    if section.empty:
        return {}
    countries = section.groupby("country")["signal"]
    size = countries.transform("size")
    section = section.assign(rank=(countries.rank() - 0.5) / size)[size >= variables()["min_names"]]
    section = section.sort_values(
        ["rank", "signal", "symbol"], ascending=[True, True, False]
    ).reset_index(drop=True)
    n_leg = math.floor(len(section) * chosen["fraction"])
    share = chosen["winsorize_share"]
    countries = section.groupby("country")["signal"]
    low, high = (countries.transform("quantile", q) for q in (share, 1 - share))
    distance = (section["signal"].clip(low, high) - countries.transform("median")).abs()
    raw = {
        "equal": pd.Series(1.0, section.index),
        "cap": section["cap"].fillna(0).clip(lower=0),
        "score": distance,
    }[chosen["weighting"]]
    long, short = raw.iloc[len(section) - n_leg :], raw.iloc[:n_leg]
    if not (long.sum() > 0 and short.sum() > 0):
        return {}
    signed = pd.concat([long / long.sum(), -short / short.sum()])
    signed = signed[signed != 0]
    return dict(zip(section.loc[signed.index, "symbol"], signed, strict=True))


def decisions(market: Market, chosen: dict[str, Any]) -> list[tuple[pd.Timestamp, dict]]:
    """The dates of a combination, each with the session on which every venue answers."""
    dates = market.table("factors.factor_dates")
    flag = "is_week_end" if chosen["rebalance"] == "weekly" else "is_month_end"
    own = dates[(dates["asset_class"] == chosen["asset_class"]) & dates[flag].astype(bool)]
    return [
        (day, dict(zip(rows["venue"], rows["session_date"], strict=True)))
        for day, rows in own.groupby("as_of_date")
    ]


def held_through(
    market: Market, symbol: str, sessions: tuple[dict, dict], lag: int
) -> tuple[float, bool, bool] | None:
    """Return from one date's trade to the next one's, whether bought, whether paid out.

    None where the name has neither been sold nor delisted.
    """
    told = history(market)
    venue, own = told.assets[symbol]["venue"], told.values[symbol]
    place = told.place(symbol, sessions[0][venue])
    bought, is_late = told.bar_after(symbol, place, lag)
    listing = own["listing_no"][place]
    after = told.place(symbol, sessions[1][venue])
    if after is None or own["listing_no"][after] != listing:
        gone = [i for i in range(place, len(own["is_delisted"])) if own["is_delisted"][i]]
        sold, is_paid = (gone[0], True) if gone else (None, False)
    elif own["is_delisted"][after]:
        sold, is_paid = after, True
    else:
        sold, is_paid = told.bar_after(symbol, after, lag)
    if sold is None:
        return None
    if bought is None or is_late:
        return 0.0, False, is_paid
    index = own["total_return_index"]
    return float(index[sold] / index[bought] - 1), True, is_paid


def periods(market: Market, chosen: dict[str, Any]) -> pd.DataFrame:
    """as_of_date, gross_return and turnover of each date of a combination that has ended."""
    dates, rows = decisions(market, chosen), []
    before: dict[str, float] = {}
    for (day, sessions), (next_day, next_sessions) in pairwise(dates):
        weights = weights_of(market, chosen, sessions)
        held = {
            symbol: held_through(market, symbol, (sessions, next_sessions), chosen["lag_sessions"])
            for symbol in weights
        }
        is_whole = all(one is not None for one in held.values())
        bought = {s: w if held[s] and held[s][1] else 0.0 for s, w in weights.items()}
        names = {*before, *bought}
        traded = sum(abs(bought.get(s, 0.0) - before.get(s, 0.0)) for s in names)
        before = {s: w * (1 + held[s][0]) for s, w in bought.items() if held[s] and not held[s][2]}
        if weights and is_whole:
            gross = sum(w * held[s][0] for s, w in bought.items())
            rows.append((day, next_day, gross, traded / 2))
    return pd.DataFrame(rows, columns=["as_of_date", "next_as_of_date", "gross", "turnover"])


def estimate(market: Market, chosen: dict[str, Any]) -> dict[str, float]:
    """What analysis.multiverse says of a combination."""
    rows = periods(market, chosen)
    net = rows["gross"] - 2 * rows["turnover"] * chosen["cost_bps"] / 10000
    n = len(rows)
    years = (rows["next_as_of_date"].iloc[-1] - rows["as_of_date"].iloc[0]).days / 365.25
    bandwidth = math.ceil(max(3, 1.3 * math.sqrt(n)))
    fit = sm.OLS(net.to_numpy(), np.ones(n)).fit(
        cov_type="HAC", cov_kwds={"maxlags": bandwidth - 1, "use_correction": False}
    )
    return {
        "n_periods": n,
        "mean_ann": net.mean() * n / years,
        "gross_mean_ann": rows["gross"].mean() * n / years,
        "t_stat": float(fit.tvalues[0]),
        "sharpe": net.mean() / net.std() * math.sqrt(n / years),
        "ann_turnover": rows["turnover"].mean() * n / years,
    }
