"""Companies: quarterly statements that add up, and what of them was known when."""

from __future__ import annotations

import numpy as np

from ingest.demo_market.options import DemoOptions
from ingest.demo_market.universe import Group

METRICS = (
    "book_equity",
    "net_income",
    "revenue",
    "gross_profit",
    "total_assets",
    "total_liabilities",
    "operating_cash_flow",
    "cost_of_goods_sold",
    "sga_expense",
    "interest_expense",
)
RESTATED = ("book_equity", "net_income", "revenue", "gross_profit", "total_liabilities")
QUARTERS_BEFORE_START = 7
QUARTERS_BEFORE_LISTING_DAYS = 550
UNKNOWN_DATE_LAG_DAYS = 90
MAX_AGE_DAYS = 548
NEVER = np.datetime64("2200-01-01", "D")


class Companies:
    """The books of one country's companies, and the ledger of everything they reported.

    `ledger[metric]` is (company, quarter), NaN where not reported; `restated` the same for
    restatements. `published` and `restated_on` are days; `is_dated` says whether the publication
    time is in the data (else period end + 90 days counts). Money in major units.
    """

    def __init__(self, group: Group, options: DemoOptions, cap_usd: np.ndarray, unit: float):
        rng = options.rng("statements", group.key)
        n = group.n
        self.group, self.rng, self.n = group, rng, n
        months = group.grid.months
        self.first_month = int(months[0].astype(int)) - 3 * QUARTERS_BEFORE_START
        self.n_quarters = QUARTERS_BEFORE_START + (len(months) + 2) // 3
        self.fiscal_group = rng.permutation(np.arange(n) % 3)
        self.target_bm = np.clip(np.exp(rng.normal(np.log(0.5), 0.75, n)), 0.1, 2.0)
        leverage = rng.uniform(0.25, 0.75, n)
        self.negative = group.has("negative_book")
        self.book = np.where(self.negative, -0.1, 1.0) * cap_usd / unit * self.target_bm
        leverage[self.negative] = 1.1
        self.leverage = leverage
        self.assets = self.book / (1 - leverage)
        self.mean_ln_gpa = rng.normal(np.log(0.25), 0.6, n)
        self.ln_gpa = self.mean_ln_gpa + rng.normal(0, 0.15, n)
        self.roe_noise = rng.normal(0, 0.07, n)
        self.margin = rng.uniform(0.2, 0.7, n)
        self.paid = np.zeros(n)
        self.quarterly_earnings = np.zeros(n)
        self._open_ledger(rng)

    def _open_ledger(self, rng: np.random.Generator) -> None:
        shape = (self.n, self.n_quarters)
        quarter = np.arange(self.n_quarters)
        first = self.first_month + (self.fiscal_group - self.first_month) % 3
        month = first[:, None] + 3 * quarter
        self.period_end = (month + 1).astype("datetime64[M]").astype("datetime64[D]") - 1
        self.is_closed = np.zeros(shape, dtype=bool)
        self.is_dated = rng.random(shape) > 0.01
        lag = np.where(self.is_dated, rng.integers(25, 76, shape), UNKNOWN_DATE_LAG_DAYS)
        self.published = self.period_end + lag
        self.seconds = rng.integers(6 * 3600, 22 * 3600, shape)
        restates = (rng.random(shape) < 0.05) & self.is_dated
        later = self.published + rng.integers(100, 401, shape)
        self.restated_on = np.where(restates, later, NEVER)
        self.ledger = {metric: np.full(shape, np.nan) for metric in METRICS}
        self.restated = {metric: np.full(shape, np.nan) for metric in RESTATED}

    def listing_value(self) -> np.ndarray:
        """Market value at which a company lists: its book over its own book-to-market."""
        return np.where(self.negative, 0.4 * self.assets, self.book / self.target_bm)

    def close_quarter(self, month: np.datetime64, cap: np.ndarray) -> None:
        """Report for the companies whose fiscal quarter ends in the month; profit enters book."""
        number = int(month.astype(int))
        rows = np.flatnonzero(number % 3 == self.fiscal_group)
        quarter = (number - self.first_month) // 3
        noise = self.rng.normal(size=(8, self.n))[:, rows]
        flows = self._quarter_flows(rows, cap, noise)
        self.book[rows] += flows["net_income"] - self.paid[rows]
        self.quarterly_earnings[rows] = flows["net_income"]
        self.paid[rows] = 0.0
        wanted = np.maximum(self.book[rows], 0.1 * self.assets[rows]) / (1 - self.leverage[rows])
        wanted = np.where(self.negative[rows], self.assets[rows], wanted)
        self.assets[rows] += 0.25 * (wanted - self.assets[rows])
        values = flows | {
            "book_equity": self.book[rows],
            "total_assets": self.assets[rows],
            "total_liabilities": self.assets[rows] - self.book[rows],
        }
        silent = self.group.has("no_gross_profit")[rows]
        for metric in ("gross_profit", "cost_of_goods_sold", "sga_expense"):
            values[metric] = np.where(silent, np.nan, values[metric])
        for metric, value in values.items():
            self.ledger[metric][rows, quarter] = np.round(value, -3)
        self._restate(rows, quarter, noise)
        self.is_closed[rows, quarter] = True

    def _quarter_flows(
        self, rows: np.ndarray, cap: np.ndarray, noise: np.ndarray
    ) -> dict[str, np.ndarray]:
        """One quarter's income statement; cheap companies earn less on their book."""
        book, assets = self.book[rows], self.assets[rows]
        drawn_to = 0.03 * (self.mean_ln_gpa[rows] - self.ln_gpa[rows])
        self.ln_gpa[rows] += drawn_to + 0.05 * noise[0]
        self.roe_noise[rows] = 0.9 * self.roe_noise[rows] + 0.03 * noise[1]
        gpa = np.clip(np.exp(self.ln_gpa[rows]), 0.05, 0.8)
        gross_profit = gpa * assets / 4 * (1 + 0.05 * noise[2])
        interest = 0.02 * (assets - book) / 4
        ln_bm = np.log(np.maximum(book, 0.02 * cap[rows]) / cap[rows])
        impairment = 0.15 * np.maximum(ln_bm - np.log(2.0), 0.0)
        roe = 0.03 + 0.2 * gpa - 0.05 * (ln_bm - np.log(0.5)) - impairment + self.roe_noise[rows]
        income = np.where(self.negative[rows], 0.002 * assets * noise[3], roe * np.abs(book)) / 4
        income = np.minimum(income, 0.7 * (gross_profit - interest))
        pretax = np.where(income > 0, income / 0.75, income)
        revenue = gross_profit / self.margin[rows]
        return {
            "net_income": income,
            "revenue": revenue,
            "gross_profit": gross_profit,
            "cost_of_goods_sold": revenue - gross_profit,
            "sga_expense": gross_profit - interest - pretax,
            "interest_expense": interest,
            "operating_cash_flow": income + assets * (0.01 + 0.01 * noise[4]),
        }

    def _restate(self, rows: np.ndarray, quarter: int, noise: np.ndarray) -> None:
        now = {metric: self.ledger[metric][rows, quarter] for metric in METRICS}
        book = np.round(now["book_equity"] * (1 + 0.05 * noise[5]), -3)
        better = {
            "book_equity": book,
            "total_liabilities": now["total_assets"] - book,
            "net_income": np.round(now["net_income"] * (1 + 0.08 * noise[6]), -3),
            "revenue": np.round(now["revenue"] * (1 + 0.03 * noise[7]), -3),
            "gross_profit": np.round(now["gross_profit"] * (1 + 0.03 * noise[7]), -3),
        }
        is_restated = self.restated_on[rows, quarter] < NEVER
        for metric, values in better.items():
            self.restated[metric][rows, quarter] = np.where(is_restated, values, np.nan)

    def as_known(self, day: np.datetime64, metric: str, *, trailing: bool = False) -> np.ndarray:
        """The newest value known at the end of a day, or the sum of the four newest quarters.

        NaN where nothing is known, where it is older than 18 months, or where one of the four
        quarters is missing.
        """
        listed = self.group.grid.sessions[self.group.first_row]
        in_data = self.period_end >= (listed - QUARTERS_BEFORE_LISTING_DAYS)[:, None]
        known = self.is_closed & (self.published <= day) & in_data
        values = self.ledger[metric]
        if metric in self.restated:
            amended = (self.restated_on <= day) & np.isfinite(self.restated[metric])
            values = np.where(amended, self.restated[metric], values)
        values = np.where(known, values, np.nan)
        newest = self.n_quarters - 1 - known[:, ::-1].argmax(axis=1)
        companies = np.arange(self.n)
        quarters = newest - np.arange(4 if trailing else 1)[:, None]
        total = values[companies, np.maximum(quarters, 0)].sum(axis=0)
        fresh = day - self.period_end[companies, newest] <= MAX_AGE_DAYS
        return np.where(known.any(axis=1) & fresh & (quarters[-1] >= 0), total, np.nan)
