"""The words of the pages: what terms mean, and how columns are headed."""

from __future__ import annotations

from datetime import date

GLOSSARY = {
    "strategy": "A row of strategies.csv: what is ranked, how many names are held, how they are "
    "weighed, and how often that is decided anew.",
    "signal": "Buy, sell or hold: the target weight against what the strategy's book holds now.",
    "weight": "A share of the book's value; below 0 for a short position.",
    "turnover": "Half the sum of the absolute trades, as a share of the book (one-way).",
    "score": "What names are ranked by: a factor's rank, a composite of factors, or a model's "
    "prediction. Higher is expected to earn more.",
    "composite": "The mean of the factors' z-scores, each turned so that higher is better; by "
    "family, or of all families.",
    "z-score": "How many standard deviations a value is from the mean of its day's cross-section.",
    "cross-section": "All tradable names of one asset class and country on one day.",
    "long-short return": "The top 30 % by a factor minus the bottom 30 %, equally weighted, "
    "formed anew each month end and traded a day later.",
    "premium": "The mean long-short return of a factor, per year, before costs.",
    "t-statistic": "A mean divided by its standard error; the error allows for days that resemble "
    "their neighbours (HAC). Beyond the critical value, luck alone is unlikely at 5 %.",
    "adjusted p-value": "How likely so large a premium would be by luck, adjusted for the number "
    "of factors looked at (false discovery rate).",
    "IC": "Information coefficient: the rank correlation between a factor or score and the return "
    "that came after. 0.05 is good; 1 would be perfect foresight.",
    "IC decay": "How the information coefficient changes with the number of days looked ahead.",
    "Sharpe ratio": "Mean return above the risk-free rate over its standard deviation, per year.",
    "Sortino ratio": "As the Sharpe ratio, but divided by the downward deviation alone.",
    "Calmar ratio": "Return a year over the deepest drawdown.",
    "drawdown": "How far the book's value is below its highest so far.",
    "psr": "Probability that the true Sharpe ratio is above 0, given the length and shape of the "
    "record.",
    "dsr": "Probability that the true Sharpe ratio is above what the best of all trials would have "
    "shown by luck alone.",
    "trials": "Every variant ever run in this warehouse; the more there are, the better the best "
    "one looks by luck.",
    "pbo": "Probability that the strategy that was best on half of the days is below the median "
    "on the other half.",
    "beta": "How much the book moves with its benchmark; 1 is one to one.",
    "alpha": "Return a year that beta does not explain.",
    "SHAP value": "How much one factor moved one prediction up or down.",
    "fold": "One refit of a model: what it learned from ends before the days it scores begin.",
    "quarantine": "Bars that a cleaning rule set aside; the day is a gap. Nothing is repaired.",
    "reject": "A row of a source that had no key or could not be typed.",
    "revision": "A value that a later load said otherwise; both versions are kept.",
    "survivorship": "What is missing because names that died were never collected. A list of "
    "survivors makes the past look better than it was.",
    "build": "Everything computed from the raw rows in one go. Its fingerprint is equal only for "
    "equal data, settings and code.",
    "as-of date": "The day on which a value was known; decisions of that day trade on the next.",
}

HEADINGS = {
    "as_of_date": "as of",
    "n_ranked": "of",
    "close_local": "close",
    "trade_units": "trade, units",
    "ann_return": "return a year",
    "ann_vol": "volatility a year",
    "ann_turnover": "turnover a year",
    "alpha_ann": "alpha a year",
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


def help_on(term: str) -> str:
    """What a term of the glossary means."""
    return GLOSSARY[term]
