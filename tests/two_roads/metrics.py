"""Metrics of a return series by empyrical: METHODS section 10."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from scipy.optimize import brentq

DAYS_PER_YEAR = 365.25


def annualization(dates: pd.Series) -> float:
    """Returns per year of the calendar: their number / the years that their dates span."""
    return len(dates) / ((dates.max() - dates.min()).days / DAYS_PER_YEAR)


def by_empyrical(book: pd.DataFrame) -> dict[str, float]:
    """Metrics of one book; columns date, net_return, benchmark_return, risk_free_return."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import empyrical
    periods = annualization(book["date"])
    days = pd.DatetimeIndex(book["date"])
    net = pd.Series(book["net_return"].to_numpy(), index=days)
    free = pd.Series(book["risk_free_return"].to_numpy(), index=days)
    market = pd.Series(book["benchmark_return"].to_numpy(), index=days)
    excess, market_excess, active = net - free, market - free, net - market
    passed = {"annualization": periods}
    found = {
        "periods_per_year": periods,
        "ann_return": empyrical.annual_return(net, **passed),
        "ann_vol": empyrical.annual_volatility(net, **passed),
        "sharpe": empyrical.sharpe_ratio(excess, **passed),
        "sortino": empyrical.sortino_ratio(excess, **passed),
        "max_drawdown": empyrical.max_drawdown(net),
        "calmar": empyrical.calmar_ratio(net, **passed),
        "information_ratio": empyrical.sharpe_ratio(active, **passed),
        "hit_rate": float((net > 1e-12).mean()),
    }
    if "turnover" in book:
        found["ann_turnover"] = periods * float(book["turnover"].mean())
    is_flat = market_excess.var() < 1e-30
    found["beta"] = np.nan if is_flat else empyrical.beta(excess, market_excess)
    found["alpha_ann"] = np.nan if is_flat else empyrical.alpha(excess, market_excess, **passed)
    return found


def growth_per_year(returns: pd.Series, periods: float) -> float:
    """Geometric annual return; -1 once everything is lost."""
    if (returns <= -1).any():
        return -1.0
    return float(np.exp(np.log1p(returns).mean() * periods) - 1)


def break_even_bps(before_cost: np.ndarray, traded: np.ndarray) -> float:
    """The flat cost in bps at which a book has earned nothing, impact left out."""
    if not traded.sum() > 0:
        return np.nan

    def log_growth(cost: float) -> float:
        return float(np.log1p(before_cost - cost * traded).sum())

    worst = ((1 + before_cost[traded > 0]) / traded[traded > 0]).min()
    low = -1.0
    while log_growth(low) < 0:
        low *= 2
    return 1e4 * brentq(log_growth, low, worst * (1 - 1e-12), xtol=1e-16, rtol=1e-14)
