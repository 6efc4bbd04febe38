"""Metrics by period, rolling and by drawdown, with pandas, empyrical and a loop over days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.two_roads.metrics import DAYS_PER_YEAR, empyrical_quietly


def returns_per_year(dates: pd.Series, before: pd.Timestamp | None) -> float:
    """Returns per year of the time they span, each from the session before."""
    first = dates.iloc[0] if before is None else before
    n_spanning = len(dates) - (before is None)
    days = (dates.iloc[-1] - first).days
    return n_spanning / (days / DAYS_PER_YEAR) if days else np.nan


def part_metrics(part: pd.DataFrame, before: pd.Timestamp | None) -> dict[str, float]:
    """One stretch of a book, given the session before it."""
    empyrical = empyrical_quietly()
    days = pd.DatetimeIndex(part["date"])
    net = pd.Series(part["net_return"].to_numpy(), index=days)
    free = pd.Series(part["risk_free_return"].to_numpy(), index=days)
    market = pd.Series(part["benchmark_return"].to_numpy(), index=days) - free
    periods = returns_per_year(part["date"], before)
    passed = {"annualization": periods}
    excess = net - free
    found = {
        "net_return": empyrical.cum_returns_final(net),
        "ann_return": empyrical.annual_return(net, **passed),
        "ann_vol": empyrical.annual_volatility(net, **passed) if len(net) > 1 else np.nan,
        "sharpe": empyrical.sharpe_ratio(excess, **passed) if len(net) > 1 else np.nan,
        "sortino": empyrical.sortino_ratio(excess, **passed) if (excess < 0).any() else np.nan,
        "max_drawdown": empyrical.max_drawdown(net),
        "beta": empyrical.beta(excess, market) if market.std() > 1e-12 else np.nan,
        "ann_turnover": periods * part["turnover"].mean(),
    }
    return found


def by_period(book: pd.DataFrame) -> pd.DataFrame:
    """One row per calendar year and month of a book, its days in order."""
    rows = []
    for period, code in (("year", "Y"), ("month", "M")):
        for span, part in book.groupby(book["date"].dt.to_period(code)):
            earlier = book.loc[book["date"] < part["date"].iloc[0], "date"]
            before = None if earlier.empty else earlier.iloc[-1]
            market = part["benchmark_return"].dropna()
            rows.append(
                {
                    "strategy": part["strategy"].iloc[0],
                    "period": period,
                    "period_start_date": span.start_time.normalize(),
                    "period_end_date": span.end_time.normalize(),
                    "n_days": len(part),
                    **part_metrics(part, before),
                    "gross_return": (1 + part["gross_return"]).prod() - 1,
                    "benchmark_return": (1 + market).prod() - 1 if len(market) else np.nan,
                    "cost_return": part["cost_return"].sum(),
                    "turnover": part["turnover"].sum(),
                }
            )
    return pd.DataFrame(rows)


def rolling(book: pd.DataFrame, sessions: int, every: int) -> pd.DataFrame:
    """Some of the full windows of a book: the first, the last, and one in ``every`` between."""
    ends = sorted({*range(sessions - 1, len(book), every), len(book) - 1})
    return pd.DataFrame(
        [
            {
                "date": book["date"].iloc[end],
                "strategy": book["strategy"].iloc[0],
                **part_metrics(
                    book.iloc[end - sessions + 1 : end + 1],
                    book["date"].iloc[end - sessions] if end >= sessions else None,
                ),
            }
            for end in ends
            if end >= sessions - 1
        ]
    )


def drawdowns(book: pd.DataFrame) -> pd.DataFrame:
    """Each fall of a book, day by day; deepest first."""
    falls: list[dict] = []
    worth, highest, peak, open_fall = 1.0, 1.0, -1, None
    for day, growth in enumerate(1 + book["net_return"].to_numpy()):
        worth *= growth
        if worth / highest - 1 >= -1e-12:
            if open_fall:
                open_fall["recovery"] = day
                falls.append(open_fall)
                open_fall = None
            highest, peak = max(worth, highest), day
            continue
        open_fall = open_fall or {"peak": peak, "depth": 0.0, "recovery": None}
        if worth / highest - 1 < open_fall["depth"] - 1e-13:
            open_fall |= {"depth": worth / highest - 1, "trough": day}
    falls += [open_fall] if open_fall else []
    dates = book["date"].to_list()
    rows = [
        {
            "strategy": book["strategy"].iloc[0],
            "peak_date": dates[max(fall["peak"], 0)],
            "trough_date": dates[fall["trough"]],
            "recovery_date": pd.NaT if fall["recovery"] is None else dates[fall["recovery"]],
            "depth": fall["depth"],
            "n_days_to_trough": fall["trough"] - fall["peak"],
            "n_days_to_recovery": (
                np.nan if fall["recovery"] is None else fall["recovery"] - fall["trough"]
            ),
            "n_days_under_water": (fall["recovery"] or len(dates)) - fall["peak"] - 1,
        }
        for fall in sorted(falls, key=lambda fall: fall["depth"])
    ]
    return pd.DataFrame(rows)


def bootstrapped(
    excess: np.ndarray, draws: pd.DataFrame, periods: float
) -> tuple[float, float, float]:
    """Percentiles and deviation of the Sharpe ratios of whole resampled series.

    ``draws`` has the columns replicate, block_no and start_share.
    """
    n_days = len(excess)
    length = int(np.ceil(1.3 * np.sqrt(n_days)))
    n_blocks = int(np.ceil(n_days / length))
    starts = draws.pivot(index="replicate", columns="block_no", values="start_share")
    starts = np.floor(starts[range(1, n_blocks + 1)].to_numpy() * n_days).astype(int)
    days = (starts[:, :, None] + np.arange(length)) % n_days
    drawn = excess[days.reshape(len(starts), -1)[:, :n_days]]
    ratios = drawn.mean(axis=1) / drawn.std(axis=1, ddof=1) * np.sqrt(periods)
    return (*np.quantile(ratios, [0.025, 0.975]), ratios.std(ddof=1))
