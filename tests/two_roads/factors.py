"""Raw factor values by pandas on prices_daily and statements as known: METHODS section 4."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from tests.two_roads.inputs import Market, variables
from tests.two_roads.prices import Rates, known_assets
from tests.two_roads.statements import PointInTime, daily_metric


def fewest(length: int) -> int:
    """The bars a window of this length needs."""
    return math.ceil(variables()["window_coverage"] * length)


def price_factors(rows: pd.DataFrame, market: pd.DataFrame) -> pd.DataFrame:
    """Every factor that stands on prices alone, on every row of prices_daily."""
    found = []
    market_of = {
        asset_class: of_class.set_index("as_of_date")["market_return"]
        for asset_class, of_class in market.groupby("asset_class")
    }
    for _, history in rows.groupby("symbol"):
        history = history.sort_values("as_of_date").copy()
        kind = history["asset_class"].iloc[0]
        lengths = variables()["sessions"][kind]
        month, year = lengths["month"], lengths["year"]
        price, has_bar = history["adj_close"], ~history["is_stale"].astype(bool)
        history["size"] = np.log(history["market_cap_usd"].where(history["market_cap_usd"] > 0))
        for name, start, end in (
            ("momentum_12_1", year, month),
            ("momentum_6_1", 6 * month, month),
            ("momentum_3w", 21, 0),
        ):
            bars = has_bar.shift(end, fill_value=False).rolling(start - end).sum()
            enough = bars >= fewest(start - end)
            history[name] = (price.shift(end) / price.shift(start) - 1).where(enough)
        returns = history["ret_1d"].where(has_bar)
        history["volatility_1y"] = returns.rolling(year, min_periods=fewest(year)).std() * (
            math.sqrt(year)
        )
        index = history["as_of_date"].map(market_of[kind]).astype(float)
        both = returns.notna() & index.notna()
        stock, index = returns.where(both), index.where(both)
        windows = {"window": year, "min_periods": fewest(year)}
        variance = index.rolling(**windows).var()
        covariance = stock.rolling(**windows).cov(index)
        history["beta_1y"] = (covariance / variance).where(variance > 0)
        found.append(history)
    return pd.concat(found, ignore_index=True)


def statement_factors(market: Market, rows: pd.DataFrame) -> pd.DataFrame:
    """Value and quality, one row at a time; money in US dollars at the rate of the day."""
    known, rates, assets = PointInTime(market), Rates(market), known_assets(market)

    def dollars(found: tuple, day: pd.Timestamp, symbol: str) -> float:
        value, _, currency = found
        if value is None:
            return math.nan
        own = currency if isinstance(currency, str) else assets[symbol]["currency"]
        return value * rates.usd(own, day)

    values = []
    for symbol, day, cap in zip(
        rows["symbol"], rows["as_of_date"], rows["market_cap_usd"], strict=True
    ):
        book = dollars(known.last(symbol, "book_equity", day), day, symbol)
        assets_total = dollars(known.last(symbol, "total_assets", day), day, symbol)
        income = dollars(known.trailing_year(symbol, "net_income", day), day, symbol)
        gross = dollars(known.trailing_year(symbol, "gross_profit", day), day, symbol)
        values.append(
            {
                "book_to_market": positive(book) / positive(cap),
                "earnings_to_price": income / positive(cap),
                "gross_profitability": gross / positive(assets_total),
                "return_on_equity": income / positive(book),
            }
        )
    return pd.DataFrame(values, index=rows.index)


def positive(value: float) -> float:
    """A denominator: NaN at or below 0."""
    return value if value > 0 else math.nan


def network_value_to_transactions(market: Market, rows: pd.DataFrame) -> pd.Series:
    """Market cap / mean daily transfer value of the 90 newest metric days that can be known."""
    length, values = 90, []
    transfers = daily_metric(market, "adjusted_transfer_value")
    for symbol, day, cap in zip(
        rows["symbol"], rows["as_of_date"], rows["market_cap_usd"], strict=True
    ):
        seen = []
        for age in range(1, length + 1):
            known_on, value = transfers.get(symbol, {}).get(
                day - pd.Timedelta(days=age), (None, math.nan)
            )
            if known_on is not None and known_on <= day and math.isfinite(value):
                seen.append(value)
        enough = len(seen) >= fewest(length)
        values.append(cap / positive(math.fsum(seen) / len(seen)) if enough else math.nan)
    return pd.Series(values, index=rows.index, dtype=float)


def raw_values(market: Market, rows: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Every registered factor of the tradable names on the factor dates, long, finite only.

    Parameters
    ----------
    rows : universe_daily of this road. returns : market_returns of this road.
    """
    dates = market.table("factors.factor_dates").rename(columns={"session_date": "as_of_session"})
    daily = price_factors(rows, returns).rename(columns={"as_of_date": "as_of_session"})
    members = dates[["as_of_date", "venue", "as_of_session"]].merge(
        daily[daily["is_tradable"]], on=["venue", "as_of_session"]
    )
    equities = members["asset_class"] == "equity"
    for name, column in statement_factors(market, members[equities]).items():
        members[name] = column
    coins = members[~equities]
    members["network_value_to_transactions"] = network_value_to_transactions(market, coins)
    parts = []
    for factor in variables()["factors"]:
        part = members[members["asset_class"].isin(factor["asset_classes"])]
        part = part[["as_of_date", "symbol", "asset_class", factor["name"]]]
        part = part.rename(columns={factor["name"]: "raw_value"}).assign(factor=factor["name"])
        parts.append(part[np.isfinite(part["raw_value"])])
    return pd.concat(parts, ignore_index=True)
