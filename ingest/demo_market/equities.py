"""The life of one country's stocks, month by month."""

from __future__ import annotations

import numpy as np

from ingest.demo_market.jumps import jump_months, jump_once
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.returns import (
    MarketPath,
    Paths,
    block_returns,
    decide,
    noise_of,
    trailing_return,
    volatility_1y,
)
from ingest.demo_market.statements import QUARTERS_BEFORE_START, Companies
from ingest.demo_market.universe import Group

PAYER_SHARE = 0.6
LARGEST_DIVIDEND = 0.012
USD_PER_UNIT = {"USD": 1.0, "EUR": 1.30, "GBP": 1.58}


def simulate_equities(
    group: Group, market: MarketPath, options: DemoOptions, *, n_jumps: int
) -> tuple[Paths, Companies]:
    """Simulate returns, values and statements of one country.

    Parameters
    ----------
    n_jumps : how many genuine, lasting jumps of one stock happen in this country.

    Returns
    -------
    The true paths, and the companies with all they reported.
    """
    rng = options.rng("equities", group.key)
    cap_usd = np.exp(np.clip(rng.normal(np.log(9.5e9), 1.6, group.n), np.log(3e8), np.log(3e11)))
    companies = Companies(group, options, cap_usd, USD_PER_UNIT[group.currency])
    for month in group.grid.months[0] - np.arange(3 * QUARTERS_BEFORE_START, 0, -1):
        companies.close_quarter(month, companies.listing_value())
    payers = _Payers(group, rng)
    noise = noise_of(group, market, options)
    shape = noise.shape
    paths = Paths(ret=np.zeros(shape), cap=np.zeros(shape))
    index = np.ones(shape)
    cap, level = companies.listing_value(), np.ones(group.n)
    months_with_jump = jump_months(len(group.grid.blocks), n_jumps)
    for m, (first, end) in enumerate(group.grid.blocks):
        cap = np.where(group.first_row >= first, companies.listing_value(), cap)
        ret = block_returns(group, noise, paths, (first, end))
        if m in months_with_jump:
            jump_once(group, paths, ret, first, allowed=~payers.pays)
        growth = np.cumprod(1 + ret, axis=0)
        value = cap * growth
        payers.pay(group.grid.months[m], first, value, growth, companies, paths)
        paths.ret[first:end], paths.cap[first:end] = ret, value
        index[first:end] = level * growth
        cap, level = value[-1], index[end - 1]
        companies.close_quarter(group.grid.months[m], cap)
        raw = characteristics(group, companies, paths, index, end - 1)
        paths.decisions.append(decide(group, end - 1, raw, group.may_rank(end - 1)))
    return paths, companies


def characteristics(
    group: Group, companies: Companies, paths: Paths, index: np.ndarray, row: int
) -> dict[str, np.ndarray]:
    """Raw factor values at a month end, from what was known then; NaN where undefined."""
    day, cap, model = group.grid.sessions[row], paths.cap[row], group.model
    book = companies.as_known(day, "book_equity")
    book = np.where(book > 0, book, np.nan)
    income = companies.as_known(day, "net_income", trailing=True)
    gross_profit = companies.as_known(day, "gross_profit", trailing=True)
    known_cap = np.where(np.isfinite(companies.as_known(day, "total_assets")), cap, np.nan)
    return {
        "book_to_market": book / cap,
        "momentum_12_1": trailing_return(group, index, row, (model.month, model.year)),
        "gross_profitability": gross_profit / companies.as_known(day, "total_assets"),
        "size": np.log(known_cap),
        "return_on_equity": income / book,
        "earnings_to_price": income / cap,
        "volatility_1y": volatility_1y(group, paths.ret, row),
    }


class _Payers:
    """Who pays dividends, how much of its earnings, and in which months of the quarter."""

    def __init__(self, group: Group, rng: np.random.Generator):
        self.group, self.rng = group, rng
        self.pays = rng.random(group.n) < PAYER_SHARE
        self.payout = rng.uniform(0.25, 0.6, group.n)
        self.month_in_quarter = rng.integers(0, 3, group.n)

    def pay(
        self,
        month: np.datetime64,
        first: int,
        value: np.ndarray,
        growth: np.ndarray,
        companies: Companies,
        paths: Paths,
    ) -> None:
        """Take the month's dividends out of `value` from their ex-dates on, and book them."""
        offsets = self.rng.integers(4, 15, self.group.n)
        due = self.pays & (int(month.astype(int)) % 3 == self.month_in_quarter)
        due &= self.group.first_row < first - 40
        due &= (self.group.last_row > first + 30) & (companies.quarterly_earnings > 0)
        for i in np.flatnonzero(due):
            k = int(offsets[i])
            money = self.payout[i] * companies.quarterly_earnings[i]
            money = min(money, LARGEST_DIVIDEND * value[0, i])
            value[k:, i] -= money * growth[k:, i] / growth[k, i]
            companies.paid[i] += money
            paths.dividends.append((first + k, int(i), float(money)))
