"""The words of the pages: how columns are headed, how days are written."""

from __future__ import annotations

from datetime import date

HEADINGS = {
    "as_of_date": "as of",
    "n_ranked": "of",
    "close_local": "close",
    "trade_units": "trade, units",
    "ann_return": "return a year",
    "ann_vol": "volatility a year",
    "ann_turnover": "turnover a year",
    "alpha_ann": "alpha to benchmark a year",
    "beta": "beta to benchmark",
    "sharpe": "Sharpe",
    "sortino": "Sortino",
    "calmar": "Calmar",
    "fdr_p_value": "adjusted p",
    "p_value": "p",
    "t_stat": "t",
    "rank_ic": "rank IC",
    "mean_ic": "mean IC",
    "rank_ic_t_stat": "t",
    "rank_ic_over_composite": "rank IC over composite",
    "rank_ic_over_composite_t_stat": "t over composite",
    "r2_oos": "R\u00b2 out of sample",
    "row_json": "row as the source wrote it",
    "n_periods": "days",
    "n_days": "days",
    "n_dates": "dates",
    "n_train": "rows learned from",
    "n_test": "rows scored",
    "n_seconds": "seconds",
    "n_landed": "rows landed",
    "observed_at": "seen at, UTC",
    "started_at": "started, UTC",
    "published_at": "published, UTC",
}

SUFFIXES = {"_ann": " a year", "_usd": ", USD", "_bps": ", bps", "_days": ", days"}


def heading(column: str) -> str:
    """A column's name in words, its unit after it."""
    if column in HEADINGS:
        return HEADINGS[column]
    for suffix, unit in SUFFIXES.items():
        if column.endswith(suffix):
            return column.removesuffix(suffix).replace("_", " ") + unit
    return column.removeprefix("n_").replace("_", " ")


def day_text(day: date | None) -> str:
    """A day in words, such as 31 Dec 2023."""
    return f"{day:%d %b %Y}" if day else "no day yet"
