"""The words of the field, each explained once: for the report and for the pages."""

from __future__ import annotations

# Of both.
SHARED = {
    "Strategy": (
        "A row of strategies.csv, a rule that turns scores into a book: what is ranked, what "
        "is held, how much of it, and how often that is decided anew."
    ),
    "Score": (
        "What a strategy ranks names by: a factor's rank, a composite of factors, or a "
        "model's forecast. Higher is expected to earn more."
    ),
    "Composite": (
        "The mean of the factors' z-scores, each turned so that higher is better, by family, "
        "or the mean of the families; untrained: what each model has to beat."
    ),
    "Turnover": (
        "Half the sum of the absolute trades over the value of the book (one-way); 100 % is "
        "the whole book once."
    ),
    "Sharpe ratio": (
        "Mean return above cash (the risk-free rate) over its standard deviation, both a year."
    ),
    "psr": (
        "Probability that the true Sharpe ratio is above 0, by the length and shape of the "
        "returns (Bailey and Lopez de Prado 2012)."
    ),
    "dsr": (
        "Probability that the true Sharpe ratio is above what the best of all trials would "
        "show by luck alone (Bailey and Lopez de Prado 2014); it convinces from 95 %."
    ),
    "Trials": (
        "Every variant ever run in this dataset's warehouse file that has a Sharpe ratio, "
        "from at least 20 days; the more there are, the better the best one looks by luck."
    ),
    "pbo": (
        "Probability of backtest overfitting: how often the best of a group on half of the "
        "days is at or below the group's median on the other half."
    ),
    "Drawdown": "How far the value of the book is below its highest so far.",
    "Beta to benchmark": (
        "Slope of a strategy's returns above cash on its benchmark's; 1 is one to one, none "
        "where the benchmark is cash."
    ),
    "Alpha to benchmark": "Return a year that the beta to the benchmark does not explain.",
    "Premium": (
        "The mean long-short return of a factor a year, before costs: its best 30 % of the "
        "names less its worst 30 %."
    ),
    "Information coefficient": (
        "Rank correlation (Spearman) of a factor or score with the return that followed. 0.05"
        " is good; 1 would be perfect foresight."
    ),
    "Adjusted p-value": (
        "How likely so large an estimate would be by luck, adjusted for the number of factors"
        " tried (Benjamini and Hochberg 1995)."
    ),
    "SHAP value": "How much one factor moved a single forecast up or down (Shapley's fair share).",
}

# Of what the report alone shows.
REPORT_ALONE = {
    "Beta to factors": (
        "By how much a strategy moves when a factor portfolio moves by 1, all factors of the "
        "regression at once."
    ),
    "Alpha beside factors": (
        "What is earned beside the factors, cash and costs: the intercept of the regression "
        "on the factors, a year; in the attribution, source `specific`."
    ),
    "Asset class": "Equity (shares) or crypto (coins); a mixed book (both) holds the two.",
    "Factor": "A number known of each name on a date, by which names are ranked.",
    "Long, short": "Held to gain from a rise; borrowed and sold to gain from a fall.",
    "Net": "After commission, half the spread, market impact and the fee for borrowed shares.",
    "Basis point (bps)": "A hundredth of a percent.",
    "Volatility": "Standard deviation of the daily returns, brought to a year.",
    "Market impact": (
        "By how much a trade moves its own price; it grows with the square root of the share "
        "of the day's volume, unless another law is named."
    ),
    "Break-even cost": "The flat cost of a trade at which the net return a year is 0.",
    "Capacity": "The fund at which market impact has halved the Sharpe ratio.",
    "MKT, SMB, HML, UMD": (
        "Market less cash, small less big, cheap less dear, winners less losers (Fama and "
        "French; Carhart); CMKT, CSMB, CMOM: the same of coins (Liu, Tsyvinski and Wu 2022)."
    ),
    "t, critical value": (
        "Estimate over its standard error, and the size beyond which it differs from 0 at 5 "
        "%. Errors allow for days and months that hang together (HAC, Bartlett kernel, "
        "fixed-b), so that the critical value is above 1.96."
    ),
    "Out of sample": "On days after those that the model learned from.",
    "Session": "A day on which the venue trades; every day for coins.",
    "Delisted": "No longer traded; booked with its return, else with the one named under Rules.",
    "Fingerprint": "A hash: equal data, settings or code give equal ones, on any machine.",
}

# Of what the pages alone show.
PAGES_ALONE = {
    "Signal": "Buy, sell or hold: the target weight against what the strategy's book holds now.",
    "Weight": "A share of the book's value; below 0 for a short position.",
    "Z-score": "How many standard deviations a value is from the mean of its day's cross-section.",
    "Cross-section": "All tradable names of one asset class and country on one day.",
    "Long-short return": (
        "The top 30 % by a factor minus the bottom 30 %, equally weighted, formed anew each "
        "month end and traded a day later."
    ),
    "t-statistic": (
        "A mean divided by its standard error; the error allows for days that resemble their "
        "neighbours (HAC). Beyond the critical value, luck alone is unlikely at 5 %."
    ),
    "IC decay": "How the information coefficient changes with the number of days looked ahead.",
    "Sortino ratio": "As the Sharpe ratio, but divided by the downward deviation alone.",
    "Calmar ratio": "Return a year over the deepest drawdown.",
    "Fold": "One refit of a model: what it learned from ends before the days it scores begin.",
    "Quarantine": "Bars that a cleaning rule set aside; the day is a gap. Nothing is repaired.",
    "Reject": "A row of a source that had no key or could not be typed.",
    "Revision": "A value that a later load said otherwise; both versions are kept.",
    "Survivorship": (
        "What is missing because names that died were never collected. A list of survivors "
        "makes the past look better than it was."
    ),
    "Build": (
        "Everything computed from the raw rows in one go. Its fingerprint is equal only for "
        "equal data, settings and code."
    ),
    "As-of date": "The day on which a value was known; decisions of that day trade on the next.",
}

TERMS: tuple[tuple[str, str], ...] = tuple({**SHARED, **REPORT_ALONE}.items())
GLOSSARY = {**SHARED, **PAGES_ALONE}
MEANINGS = {term.lower(): meaning for term, meaning in GLOSSARY.items()}


def help_on(term: str) -> str:
    """What a term of the pages means, however it is capitalized."""
    return MEANINGS[term.lower()]
