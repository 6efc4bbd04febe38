"""Daily net returns of books by the library bt, at its own ledger (docs/examples/with_bt.py).

Cash is an asset that earns the risk-free rate, as is what is left of a name after its delisting.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from docs.examples.with_bt import CASH, run_bt
from tests.two_roads.inputs import Market, variables
from tests.two_roads.pnl import book_days
from tests.two_roads.tape import Tape

BOOKS = [
    *("equity_momentum_long", "crypto_momentum_long", "both_composite_long"),
    "equity_composite_long_short",
]


@pytest.fixture(scope="module")
def tape(market: Market) -> Tape:
    return Tape(market)


def price_table(tape: Tape, symbols: list[str], days: list[pd.Timestamp]) -> pd.DataFrame:
    """What one unit of each name, and of cash, is worth on each day of the book."""
    cash = [1.0]
    for before, day in pairwise(days):
        cash.append(cash[-1] * (1 + tape.yields.between(before, day)))
    prices = {CASH: np.array(cash)}
    for symbol in symbols:
        worths = np.array([tape.worth(symbol, day) for day in days])
        for end in tape.ends[symbol]:
            place = int(np.searchsorted(days, end))
            if place < len(days):
                worths[place:] = worths[place] * prices[CASH][place:] / prices[CASH][place]
        prices[symbol] = worths
    return pd.DataFrame(prices, index=pd.DatetimeIndex(days))


@pytest.mark.parametrize("name", BOOKS)
def test_daily_net_returns_are_those_of_bt(market, tape, name):
    trades = market.table("portfolios.trades")
    trades = trades[trades["strategy"] == name]
    pnl = market.table("performance.daily_pnl")
    pnl = pnl[pnl["strategy"] == name].set_index("date")
    pnl, borrowed = pnl["net_return"], pnl["borrow_return"]
    kind = name.split("_")[0]
    days = [day for day in book_days(market, variables()["calendars"][kind]) if day >= pnl.index[0]]
    targets = {
        day: dict(zip(rows["symbol"], rows["weight_after"], strict=True))
        for day, rows in trades.groupby("trade_date")
    }
    fees = trades.groupby("trade_date")["cost_return"].sum().reindex(days).fillna(0).to_frame()
    fees["borrow"] = borrowed.reindex(days).fillna(0)
    ours = run_bt(price_table(tape, sorted(trades["symbol"].unique()), days), targets, fees)
    assert len(ours) == len(pnl) > 500
    assert np.abs(ours - pnl).max() < 1e-10
