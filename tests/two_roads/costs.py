"""What trades cost, what is left of a strategy under other costs, capacity: METHODS section 9."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from tests.two_roads.inputs import Market, sessions, variables
from tests.two_roads.metrics import annualization, growth_per_year

LAWS = ("none", "square_root", "almgren")


def impact(law: str, y: float, sigma: float, volume: float, cap: float, money: float) -> float:
    """Impact of a trade, a fraction of its value; 0 where volatility or volume is not known."""
    if law == "none" or not (sigma > 0 and volume > 0):
        return 0.0
    share_of_day = money / volume
    if law == "square_root":
        return y * sigma * math.sqrt(share_of_day)
    permanent = 0.314 * sigma * share_of_day * (cap / volume) ** 0.25 if cap > 0 else 0.0
    temporary = 0.142 * sigma * share_of_day**0.6
    return y * (permanent / 2 + temporary)


def tier(rows: Sequence[Mapping[str, Any]], volume: float) -> Mapping[str, Any]:
    """The row with the highest floor that the volume reaches; the lowest where none is known."""
    ordered = sorted(rows, key=lambda row: row["min_dollar_volume_usd"])
    reached = [row for row in ordered if row["min_dollar_volume_usd"] <= volume]
    return reached[-1] if reached else ordered[0]


def known_at(market: Market, dates: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Volatility, volume and market cap of every name at the last session of its venue by a date.

    One row per date and symbol: as_of_date, symbol, asset_class, ret_1d_std,
    mean_dollar_volume_usd, market_cap_usd.
    """
    universe = market.table(
        "prepared.universe_daily",
        "symbol, as_of_date as session, asset_class, venue, ret_1d_std, mean_dollar_volume_usd",
    )
    caps = market.table("prepared.prices_daily", "symbol, as_of_date as session, market_cap_usd")
    universe = universe.merge(caps, on=["symbol", "session"])
    first, last = universe["session"].min(), universe["session"].max()
    answers = []
    for venue in universe["venue"].unique():
        own = sessions(venue, first - pd.Timedelta(days=14), last)
        for date in dates:
            session = own[bisect_right(own, date) - 1]
            if (date - session).days <= 7:
                answers.append((date, venue, session))
    frame = pd.DataFrame(answers, columns=["as_of_date", "venue", "session"])
    return frame.merge(universe, on=["venue", "session"])


def trade_terms(
    market: Market, strategies: pd.DataFrame, cost_models: pd.DataFrame
) -> pd.DataFrame:
    """Terms of every name on every date on which a strategy of its class and cost model decides."""
    rebalances = market.table("construction.rebalances").merge(strategies, on="strategy")
    decisions = {
        (row.as_of_date, row.cost_model, name)
        for row in rebalances.itertuples()
        for name in (["equity", "crypto"] if row.asset_class == "both" else [row.asset_class])
    }
    known = known_at(market, sorted({decision[0] for decision in decisions}))
    by_date = dict(list(known.groupby(["as_of_date", "asset_class"])))
    rates = {
        key: group.to_dict("records")
        for key, group in cost_models.groupby(["cost_model", "asset_class"])
    }
    rows = []
    for date, cost_model, asset_class in decisions:
        if (cost_model, asset_class) not in rates or (date, asset_class) not in by_date:
            continue
        for name in by_date[date, asset_class].itertuples():
            volume = name.mean_dollar_volume_usd
            rate = tier(rates[cost_model, asset_class], volume)
            rows.append(
                {
                    "as_of_date": date,
                    "cost_model": cost_model,
                    "symbol": name.symbol,
                    "linear_cost_bps": rate["commission_bps"] + rate["half_spread_bps"],
                    "borrow_ann": rate["borrow_bps_ann"] / 1e4,
                    "funding_ann": rate["funding_bps_ann"] / 1e4,
                    "is_market_cap_unknown": bool(volume > 0 and not name.market_cap_usd > 0),
                    "mean_dollar_volume_usd": volume,
                    "law": rate["impact_law"],
                    "coefficient": rate["impact_coefficient"],
                    "sigma": name.ret_1d_std,
                    "cap": name.market_cap_usd,
                }
            )
    return pd.DataFrame(rows)


def priced_trades(market: Market) -> pd.DataFrame:
    """Every trade with the terms of its decision by this road, and its strategy's fund."""
    strategies = market.table("seeds.strategies", "strategy, asset_class, cost_model, aum_usd")
    terms = trade_terms(market, strategies, market.table("seeds.cost_models"))
    trades = market.table("portfolios.trades").drop(columns="linear_cost_bps")
    trades = trades.merge(strategies.drop(columns="asset_class"), on="strategy")
    priced = trades.merge(terms, on=["as_of_date", "cost_model", "symbol"], how="left")
    return priced.assign(size=priced["trade_weight"].abs())


def impact_of(terms: Any, money: float, law: str | None = None) -> float:
    """Impact of a trade on a row of terms under a law, the cost model's own unless named."""
    coefficient = terms.coefficient
    if law is not None and law != terms.law:
        coefficient = variables()["impact_coefficients"].get(law, 0)
    return impact(
        law or terms.law,
        coefficient,
        terms.sigma,
        terms.mean_dollar_volume_usd,
        terms.cap,
        money,
    )


def impact_return(priced: pd.DataFrame, aum_usd: float, law: str | None = None) -> pd.Series:
    """Impact of each trade at a fund size, a fraction of NAV."""
    sizes = priced["trade_weight"].abs()
    found = [
        size * impact_of(row, size * aum_usd, law)
        for size, row in zip(sizes, priced.itertuples(), strict=True)
    ]
    return pd.Series(found, index=priced.index, dtype=float)


def by_day(book: pd.DataFrame, trades: pd.DataFrame, values: pd.Series) -> np.ndarray:
    """What a book's trades sum to on each of its days."""
    summed = values.groupby(trades["trade_date"]).sum()
    return summed.reindex(book["date"]).fillna(0).to_numpy(dtype=float)


def sharpe(net: np.ndarray, free: np.ndarray, periods: float) -> float:
    """Mean return above cash over its standard deviation, annualized."""
    excess = net - free
    return float(excess.mean() / excess.std(ddof=1) * math.sqrt(periods))


def capacity(
    before: np.ndarray, free: np.ndarray, concave: np.ndarray, full: np.ndarray, power: float
) -> float:
    """The fund at which the Sharpe ratio is half of the one without impact; NaN where that is <= 0.

    ``concave`` and ``full`` are the impact of a fund of one dollar that grows with ``power`` of the
    fund and with the fund itself.
    """
    whole = sharpe(before, free, 1)
    if not whole > 0:
        return math.nan

    def left(fund: float) -> float:
        net = before - concave * fund**power - full * fund
        return sharpe(net, free, 1) - whole / 2

    highest = 1.0
    while left(highest) > 0:
        highest *= 2
    return float(brentq(left, 0, highest, xtol=1e-3, rtol=1e-14))


@cache
def normal_draw(text: str) -> float:
    """A standard normal number by Box and Muller from two MD5s of a text."""
    radius, angle = (
        int(hashlib.md5(f"{text}:{part}".encode()).hexdigest()[:13], 16) / 2**52
        for part in ("radius", "angle")
    )
    return math.sqrt(-2 * math.log(1 - radius)) * math.cos(2 * math.pi * angle)


def slippage(book: pd.DataFrame, linear: np.ndarray, paid: np.ndarray) -> pd.DataFrame:
    """Net results of a book under each draw: draw, coefficient_multiplier, and both results."""
    setting = variables()["slippage"]
    before = (book["net_return"] + book["cost_return"]).to_numpy() - linear
    free, periods = book["risk_free_return"].to_numpy(), annualization(book["date"])
    is_paid, sigma, rows = paid > 0, setting["daily_sigma"], []
    days = [f"{day:%Y-%m-%d}" for day in book["date"][is_paid]]
    for draw in range(1, setting["draws"] + 1):
        text = f"{setting['seed']}:{draw}"
        coefficient = math.exp(setting["coefficient_sigma"] * normal_draw(text))
        noise = np.array([sigma * normal_draw(f"{text}:{day}") - sigma**2 / 2 for day in days])
        net = before.copy()
        net[is_paid] -= coefficient * np.exp(noise) * paid[is_paid]
        rows.append(
            {
                "draw": draw,
                "coefficient_multiplier": coefficient,
                "net_ann_return": growth_per_year(pd.Series(net), periods),
                "net_sharpe": sharpe(net, free, periods),
            }
        )
    return pd.DataFrame(rows)
