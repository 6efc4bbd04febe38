"""A strategy's target weights run by the library bt, from what `make exports` wrote.

Usage: python docs/examples/with_bt.py outputs/demo/exports/books/equity_momentum_long

bt buys so much that a trade and its commission together come to what was to be traded; here a
weight is a fraction of the book after the day's cost. So bt sets the day's cost aside, trades to
the weights without a commission, and pays it as a fee. Cash is an asset that earns the risk-free
rate; the fee for borrowed shares is paid out of it every day.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

CASH = "cash"


def run_bt(
    prices: pd.DataFrame, targets: Mapping[Any, Mapping[str, float]], fees: pd.DataFrame
) -> pd.Series:
    """Daily returns of a book by bt: what is traded goes to its target, the rest keeps its weight.

    Parameters
    ----------
    prices : a row a day, a column a name and ``cash``.
    targets : of each day of trades, the weight of each name traded, of the book after its cost.
    fees : a row a day, columns ``cost`` (of trading) and ``borrow``: fractions of the book at the
        prior close.
    """
    import bt

    class TradeAndPay(bt.Algo):
        def __call__(self, target: Any) -> bool:
            cost, borrow = fees.loc[target.now] * target.values.iloc[-2]
            if target.now in targets:
                before_cost = target.value - borrow
                weights = {n: child.value / before_cost for n, child in target.children.items()}
                weights.update(targets[target.now])
                weights.pop(CASH, None)
                held = {name: weight for name, weight in weights.items() if weight}
                target.temp["weights"] = {**held, CASH: 1 - sum(held.values())}
                target.temp["cash"] = (borrow + cost) / target.value  # set aside
                bt.algos.Rebalance()(target)
            elif borrow:
                target.allocate(-borrow, CASH)
            target.adjust(-borrow - cost, flow=False, fee=borrow + cost)
            return True

    test = bt.Backtest(
        bt.Strategy("book", [TradeAndPay()]), prices, integer_positions=False, progress_bar=False
    )
    bt.run(test)
    return test.strategy.prices.pct_change().dropna()


def by_day(targets: pd.DataFrame) -> dict[Any, dict[str, float]]:
    """The weights of each day of trades."""
    return {
        day: dict(zip(rows["symbol"], rows["weight"], strict=True))
        for day, rows in targets.groupby(level=0)
    }


def main(folder: Path) -> None:
    """Run one exported book by bt and print how far its daily returns are from the warehouse's."""
    prices, targets, returns = (
        pd.read_parquet(folder / f"{name}.parquet") for name in ("prices", "targets", "returns")
    )
    theirs = run_bt(prices, by_day(targets), returns[["cost", "borrow"]])
    apart = (theirs - returns["returns"]).abs().max()
    print(f"{folder.name}: {len(theirs):,} days by bt, largest difference of a return {apart:.1e}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
