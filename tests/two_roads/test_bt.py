"""Daily net returns of long-only books by the library bt, at its own ledger.

bt buys so much that a trade and its commission together come to what was to be traded; here a
weight is a fraction of NAV after cost, and costs are subtracted from the day's return. So bt sets
the day's cost, as the warehouse charges it, aside, trades to the weights without a commission, and
pays it as a fee. Cash is an asset that earns the risk-free rate, as is what is left of a name after
its delisting.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.two_roads.inputs import Market, variables
from tests.two_roads.pnl import book_days
from tests.two_roads.tape import Tape

BOOKS = ["equity_momentum_long", "crypto_momentum_long", "both_composite_long"]
CASH = "cash"


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


def run_bt(prices: pd.DataFrame, targets: dict, costs: dict) -> pd.Series:
    """bt's daily returns: what is traded goes to its target, what is not keeps its weight."""
    import bt

    class WeighWhatTrades(bt.Algo):
        def __call__(self, target: Any) -> bool:
            weights = {name: child.weight for name, child in target.children.items()}
            weights.update(targets[target.now])
            weights.pop(CASH, None)
            held = {name: weight for name, weight in weights.items() if weight}
            target.temp["weights"] = {**held, CASH: 1 - sum(held.values())}
            # a fraction of the prior close's NAV; set aside, and paid once the rest is invested
            target.temp["cash"] = costs[target.now] * target.values.iloc[-2] / target.value
            return True

    class PayTheCost(bt.Algo):
        def __call__(self, target: Any) -> bool:
            fee = target.temp["cash"] * target.value
            target.adjust(-fee, flow=False, fee=fee)
            return True

    algos = [bt.algos.RunOnDate(*targets), WeighWhatTrades(), bt.algos.Rebalance(), PayTheCost()]
    test = bt.Backtest(
        bt.Strategy("book", algos), prices, integer_positions=False, progress_bar=False
    )
    bt.run(test)
    return test.strategy.prices.pct_change().dropna()


@pytest.mark.parametrize("name", BOOKS)
def test_daily_net_returns_are_those_of_bt(market, tape, name):
    trades = market.table("portfolios.trades")
    trades = trades[trades["strategy"] == name]
    pnl = market.table("performance.daily_pnl")
    pnl = pnl[pnl["strategy"] == name].set_index("date")["net_return"]
    kind = name.split("_")[0]
    days = [day for day in book_days(market, variables()["calendars"][kind]) if day >= pnl.index[0]]
    targets = {
        day: dict(zip(rows["symbol"], rows["weight_after"], strict=True))
        for day, rows in trades.groupby("trade_date")
    }
    costs = trades.groupby("trade_date")["cost_return"].sum().to_dict()
    ours = run_bt(price_table(tape, sorted(trades["symbol"].unique()), days), targets, costs)
    assert len(ours) == len(pnl) > 500
    assert np.abs(ours - pnl).max() < 1e-10
