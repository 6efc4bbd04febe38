"""The words of the field that the report uses, each explained once."""

from __future__ import annotations

TERMS: tuple[tuple[str, str], ...] = (
    ("Strategy", "A rule that turns scores into a book: what to hold, how much of it, and when."),
    ("Asset class", "Equity (shares) or crypto (coins); a mixed book (both) holds the two."),
    ("Factor", "A number known of each name on a date, by which names are ranked."),
    ("Score", "What a strategy chooses by: a factor, their composite, or a model's forecast."),
    ("Composite", "The mean of the families of factors, untrained: what each model has to beat."),
    ("Long, short", "Held to gain from a rise; borrowed and sold to gain from a fall."),
    ("Net", "After commission, half the spread, market impact and the fee for borrowed shares."),
    ("Basis point (bps)", "A hundredth of a percent."),
    ("Volatility", "Standard deviation of the daily returns, brought to a year."),
    ("Sharpe ratio", "Mean return above cash over its volatility, both a year."),
    (
        "psr",
        "Probability that the true Sharpe ratio is above 0, by the length and shape of the "
        "returns (Bailey and Lopez de Prado 2012).",
    ),
    (
        "dsr",
        "Probability that the true Sharpe ratio is above what the best of all trials ever run "
        "on this dataset would show by luck alone (Bailey and Lopez de Prado 2014); it convinces "
        "from 95 %.",
    ),
    (
        "pbo",
        "Probability of backtest overfitting: how often the best of a group in half of the "
        "days is at or below the group's median in the other half.",
    ),
    ("Drawdown", "Loss since the highest value so far."),
    (
        "Turnover",
        "Half the sum of all trades over the value of the book; 100 % is the whole book once.",
    ),
    (
        "Market impact",
        "By how much a trade moves its own price; it grows with the square root of "
        "the share of the day's volume, unless another law is named.",
    ),
    ("Break-even cost", "The flat cost of a trade at which the net return a year is 0."),
    ("Capacity", "The fund at which market impact has halved the Sharpe ratio."),
    ("Beta", "By how much a strategy moves when a factor portfolio moves by 1."),
    ("Alpha", "What is earned beside the factors, cash and costs; source `specific`."),
    (
        "MKT, SMB, HML, UMD",
        "Market less cash, small less big, cheap less dear, winners less losers "
        "(Fama and French; Carhart); CMKT, CSMB, CMOM: the same of coins (Liu, Tsyvinski and Wu "
        "2022).",
    ),
    ("Premium", "Mean return of a factor's best 30 % of the names less its worst 30 %."),
    (
        "Information coefficient",
        "Rank correlation (Spearman) of a factor or score with the return that followed.",
    ),
    (
        "t, critical value",
        "Estimate over its standard error, and the size beyond which it differs "
        "from 0 at 5 %. Errors allow for days and months that hang together (HAC, Bartlett kernel, "
        "fixed-b), so that the critical value is above 1.96.",
    ),
    (
        "Adjusted p",
        "Probability of so large an estimate by chance, adjusted for the number of "
        "factors tried (Benjamini and Hochberg 1995).",
    ),
    ("Out of sample", "On days after those that the model learned from."),
    ("SHAP value", "What a factor added to a single forecast (Shapley's fair share)."),
    ("Session", "A day on which the venue trades; every day for coins."),
    ("Delisted", "No longer traded; booked with its return, else with the one named under Rules."),
    ("Fingerprint", "A hash: equal data, settings or code give equal ones, on any machine."),
)
