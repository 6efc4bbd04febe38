"""Metrics of a return series by empyrical: METHODS section 10."""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np
import pandas as pd
from scipy.optimize import brentq

DAYS_PER_YEAR = 365.25


def annualization(dates: pd.Series) -> float:
    """Returns per year of the calendar: their number / the years that their dates span."""
    return len(dates) / ((dates.max() - dates.min()).days / DAYS_PER_YEAR)


def empyrical_quietly() -> ModuleType:
    """empyrical, which warns of its optional readers of data when it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import empyrical
    return empyrical


def by_empyrical(book: pd.DataFrame) -> dict[str, float]:
    """Metrics of one book; columns date, net_return, benchmark_return, risk_free_return."""
    empyrical = empyrical_quietly()
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


def by_quantstats(book: pd.DataFrame) -> dict[str, float]:
    """Metrics of one book by quantstats, annualization given.

    Its alpha is a sum over the year and its information ratio is per day: both are annualized here
    as METHODS says. Not compared, since they are defined otherwise: win_rate leaves out days at 0;
    skew, kurtosis and the psr made of them are corrected for the sample's size, where Bailey and
    Lopez de Prado take moments (see luck); drawdown_details dates a fall from its first day under
    water and counts calendar days; monthly_returns writes a month without a day as 0.
    """
    import quantstats

    stats = quantstats.stats
    periods = annualization(book["date"])
    days = pd.DatetimeIndex(book["date"])
    net = pd.Series(book["net_return"].to_numpy(), index=days)
    free = pd.Series(book["risk_free_return"].to_numpy(), index=days)
    market = pd.Series(book["benchmark_return"].to_numpy(), index=days)
    excess, market_excess = net - free, market - free
    found = {
        "ann_return": stats.cagr(net, periods=periods),
        "ann_vol": stats.volatility(net, periods=periods),
        "sharpe": stats.sharpe(excess, periods=periods),
        "sortino": stats.sortino(excess, periods=periods),
        "max_drawdown": stats.max_drawdown(net),
        "calmar": stats.calmar(net, periods=periods),
        "information_ratio": (
            stats.information_ratio(net, market, prepare_returns=False) * np.sqrt(periods)
        ),
    }
    is_flat = market_excess.var() < 1e-30
    greeks = stats.greeks(excess, market_excess, periods=periods, prepare_returns=False)
    found["beta"] = np.nan if is_flat else greeks["beta"]
    found["alpha_ann"] = np.nan if is_flat else (1 + greeks["alpha"] / periods) ** periods - 1
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
