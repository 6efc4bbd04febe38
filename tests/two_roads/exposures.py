"""Rolling exposures and attribution with pandas and statsmodels: METHODS section 11."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from tests.two_roads.inputs import Market, sessions, variables
from tests.two_roads.pnl import book_days
from tests.two_roads.prices import known_assets

MARKETS = ("MKT", "CMKT")
SOURCES = ["risk_free", "cost", "borrow", "specific"]


def calendar_of(strategy: dict[str, Any]) -> str:
    """The calendar on which a strategy's book is valued."""
    return variables()["calendars"][strategy["asset_class"]]


@cache
def month_ends(market: Market, calendar: str) -> set[pd.Timestamp]:
    """The last session of every month whose sessions have all come, by the exchanges' calendars."""
    days = book_days(market, calendar)
    last = days[-1] + datetime.timedelta(days=40)
    venues = {"24/7"}
    if calendar == "equity_sessions":
        venues = {one["venue"] for one in known_assets(market).values()} - {"24/7"}
    known = {day for venue in venues for day in sessions(venue, days[0], last)}
    ends = {(day.year, day.month): day for day in sorted(known)}
    return set(ends.values()) & set(days)


@cache
def factor_returns(market: Market, calendar: str) -> pd.DataFrame:
    """Returns of the factors on the days of a calendar, a column each; missing where unknown."""
    wanted = variables()["exposure_factors"]
    daily = market.table("analysis.fama_french")
    days = book_days(market, calendar)
    found: dict[str, pd.Series] = {}
    for asset_class, names in wanted.items():
        wide = daily[daily["asset_class"] == asset_class].pivot(
            index="date", columns="portfolio", values="return"
        )
        for name in names:
            if name not in wide:
                continue
            cash = wide["RF"] if name in MARKETS else 0.0 * wide["RF"]
            growth = pd.DataFrame({"factor": 1 + cash + wide[name], "cash": 1 + cash})
            growth = growth[growth.index >= wide[name].first_valid_index()]
            # the book's day that a session counts to: the first at or after it
            place = np.searchsorted(days, growth.index)
            growth = growth[place < len(days)]
            book_day = pd.DatetimeIndex([days[p] for p in place if p < len(days)])
            grown = growth.groupby(book_day).agg(lambda one: one.prod(skipna=False))
            returns = (grown["factor"] - grown["cash"]).reindex(days)
            closed = ~returns.index.isin(grown.index) & (returns.index >= grown.index[0])
            found[name] = returns.mask(closed, 0.0)
    return pd.DataFrame(found)


def regressions(market: Market, strategy: dict[str, Any], every: int = 1) -> list[dict[str, Any]]:
    """Per month end (every so many) and factor: slope and HAC t, alpha and its own, r2, days.

    A factor that has no return on a fifth of the window's days is left out of that regression.
    """
    calendar, kind = calendar_of(strategy), strategy["asset_class"]
    pnl = market.table("performance.daily_pnl")
    pnl = pnl[pnl["strategy"] == strategy["strategy"]].sort_values("date").set_index("date")
    excess = (pnl["net_return"] - pnl["risk_free_return"]).iloc[1:]
    own = [
        name
        for asset_class, names in variables()["exposure_factors"].items()
        if kind in (asset_class, "both")
        for name in names
    ]
    factors = factor_returns(market, calendar).reindex(columns=own).reindex(excess.index)
    length = variables()["sessions"]["crypto" if calendar == "calendar_days" else "equity"]["year"]
    least = length * variables()["window_coverage"]
    rows: list[dict[str, Any]] = []
    for day in sorted(month_ends(market, calendar))[::every]:
        if day not in excess.index:
            continue
        last = excess.index.get_loc(day)
        window = slice(max(0, last + 1 - length), last + 1)
        explained, explaining = excess.iloc[window], factors.iloc[window]
        explaining = explaining.loc[:, explaining.notna().sum() >= least]
        whole = explaining.notna().all(axis=1)
        if whole.sum() < least or explaining.empty:
            continue
        n_days = int(whole.sum())
        fit = sm.OLS(explained[whole], sm.add_constant(explaining[whole])).fit(
            cov_type="HAC",
            cov_kwds={
                "maxlags": int(np.ceil(max(3, 1.3 * np.sqrt(n_days)))) - 1,
                "use_correction": False,
            },
        )
        years = (explained.index[-1] - explained.index[0]).days / 365.25
        for name in explaining.columns:
            rows.append(
                {
                    "date": day,
                    "strategy": strategy["strategy"],
                    "factor": name,
                    "beta": fit.params[name],
                    "t_stat": fit.tvalues[name],
                    "alpha_ann": (1 + fit.params["const"]) ** (len(explained) / years) - 1,
                    "alpha_t_stat": fit.tvalues["const"],
                    "r2": fit.rsquared,
                    "n_days": n_days,
                }
            )
    return rows


def attribution(market: Market, strategy: dict[str, Any], exposures: pd.DataFrame) -> pd.DataFrame:
    """date, strategy, source, contribution: the newest betas dated before each day x returns."""
    pnl = market.table("performance.daily_pnl")
    pnl = pnl[pnl["strategy"] == strategy["strategy"]].sort_values("date")
    factors = factor_returns(market, calendar_of(strategy))
    of_day = {
        day: dict(zip(e["factor"], e["beta"], strict=True)) for day, e in exposures.groupby("date")
    }
    rows = []
    for one in pnl.itertuples():
        before = [day for day in of_day if day < one.date]
        betas = of_day[max(before)] if before else {}
        parts = {name: beta * factors.at[one.date, name] for name, beta in betas.items()}
        parts = {name: part for name, part in parts.items() if pd.notna(part)}
        held = one.gross_return + one.cash_return - one.risk_free_return
        others = (
            one.risk_free_return,
            -one.cost_return,
            -one.borrow_return,
            held - sum(parts.values()),
        )
        parts |= dict(zip(SOURCES, others, strict=True))
        rows += [(one.date, strategy["strategy"], name, part) for name, part in parts.items()]
    return pd.DataFrame(rows, columns=["date", "strategy", "source", "contribution"])
