"""Who could be traded on each session, and each asset class's market return."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from tests.two_roads.inputs import Market, by_class, variables


def membership(market: Market, rows: pd.DataFrame) -> np.ndarray:
    """Whether each row lies inside a membership spell of its symbol; no spell means always."""
    universe = market.newest("raw.universe", ["symbol"])
    spells: dict[str, list[tuple]] = {}
    for row in universe.itertuples():
        if pd.notna(row.member_from) or pd.notna(row.member_to):
            spells.setdefault(row.symbol, []).append((row.member_from, row.member_to))
    inside = np.zeros(len(rows), dtype=bool)
    for position, (symbol, day) in enumerate(zip(rows["symbol"], rows["as_of_date"], strict=True)):
        inside[position] = symbol not in spells or any(
            not (start > day) and not (end <= day) for start, end in spells[symbol]
        )
    return inside


def window_std(values: np.ndarray, length: int) -> np.ndarray:
    """Sample standard deviation of the last ``length`` rows, each window on its own.

    pandas updates its windows one value at a time and keeps the rounding of values long gone.
    """
    windows = sliding_window_view(np.concatenate([np.full(length - 1, np.nan), values]), length)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # windows of fewer than two returns
        return np.nanstd(windows, axis=1, ddof=1)


def universe_daily(market: Market) -> pd.DataFrame:
    """prices_daily with is_tradable, n_history, the liquidity medians and daily volatility.

    Every count and window is of one listing: a name that comes back after a delisting starts anew.
    """
    settings = variables()
    rows = market.table("prepared.prices_daily").sort_values(["symbol", "as_of_date"])
    rows = rows.reset_index(drop=True)
    listing = [rows["symbol"], rows["listing_no"]]
    kinds = market.newest("raw.universe", ["symbol"]).drop_duplicates("symbol")
    excluded = kinds[kinds["asset_kind"].isin(settings["excluded_asset_kinds"])]["symbol"]
    rows["is_member"] = membership(market, rows)
    has_bar = ~rows["is_stale"].astype(bool)
    rows["n_history"] = has_bar.groupby(listing).cumsum()
    length = settings["liquidity_sessions"]
    volume = rows["dollar_volume_usd"].where(has_bar)
    returns = rows["ret_1d"].where(has_bar)
    for name, how in (("median_dollar_volume_usd", "median"), ("mean_dollar_volume_usd", "mean")):
        windows = volume.groupby(listing).rolling(length, min_periods=1)
        rows[name] = getattr(windows, how)().droplevel([0, 1])
    rows["ret_1d_std"] = returns.groupby(listing).transform(
        lambda of_symbol: window_std(of_symbol.to_numpy(), length)
    )
    kind = rows["asset_class"]
    too_small = rows["market_cap_usd"] < by_class(settings["min_market_cap_usd"], kind)
    floor = by_class(settings["min_dollar_volume_usd"], kind)
    rows["is_tradable"] = (
        has_bar
        & rows["is_member"]
        & ~rows["symbol"].isin(excluded)
        & (rows["n_history"] >= by_class(settings["min_history_sessions"], kind))
        & ((rows["median_dollar_volume_usd"] >= floor) | (floor <= 0))
        & ~too_small
        & ~rows["is_delisted"].astype(bool)
    )
    return rows


def market_returns(rows: pd.DataFrame, min_covered: float = 0.8) -> pd.DataFrame:
    """Per asset class and day the return of the names tradable at their session before.

    Cap-weighted by the caps of that session where they cover ``min_covered`` of the names, else
    equal-weighted. A name whose venue is closed earns 0.
    """
    found = []
    for asset_class, of_class in rows.groupby("asset_class"):
        last: dict[str, tuple[bool, float]] = {}
        venue_of = dict(zip(of_class["symbol"], of_class["venue"], strict=True))
        for day, on_day in of_class.groupby("as_of_date"):
            today = dict(zip(on_day["symbol"], on_day["ret_1d"], strict=True))
            open_venues = set(on_day["venue"])
            names = []
            for symbol, (was_tradable, cap) in last.items():
                is_gone = venue_of[symbol] in open_venues and symbol not in today
                if was_tradable and not is_gone:
                    names.append((today.get(symbol, 0.0), cap))
            capped = [(ret, cap) for ret, cap in names if math.isfinite(cap)]
            value = math.nan
            if names and len(capped) >= min_covered * len(names):
                total = math.fsum(cap for _, cap in capped)
                value = math.fsum(ret * cap for ret, cap in capped) / total
            elif names:
                value = math.fsum(ret for ret, _ in names) / len(names)
            found.append((day, asset_class, value, len(names), len(capped)))
            for row in zip(
                on_day["symbol"], on_day["is_tradable"], on_day["market_cap_usd"], strict=True
            ):
                last[row[0]] = row[1:]
    columns = ["as_of_date", "asset_class", "market_return", "n_names", "n_caps"]
    return pd.DataFrame(found, columns=columns)
