"""A strategy's target weights run by the library vectorbt, from what `make exports` wrote.

vectorbt wants libraries of its own: run it in another environment, with pyarrow where the exports
are Parquet (`pip install vectorbt pyarrow`; CSV needs only vectorbt).

Usage: python docs/examples/with_vectorbt.py outputs/demo/exports/books/equity_momentum_long

As with bt, a weight is a fraction of the book after the day's cost, cash is an asset that earns the
risk-free rate, and the fees are paid out of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numba
import numpy as np
import pandas as pd
import vectorbt as vbt
from vectorbt.portfolio import nb


@numba.njit
def aim(c, weights, cost, borrow):
    """The units to hold after the close; the last column is cash. The largest order pays."""
    n = c.group_len
    value, prior = c.last_cash[c.group], c.last_cash[c.group]
    for col in range(n):
        if c.last_position[col] != 0:
            value += c.last_position[col] * c.close[c.i, col]
            prior += c.last_position[col] * c.close[c.i - 1, col]
    due = borrow[c.i] * prior
    before_cost, after = value - due, value - due - cost[c.i] * prior
    is_trading = not np.isnan(weights[c.i]).all()
    units, order, rest = c.last_position.copy(), np.zeros(n), 1.0
    for col in range(n - 1):
        if is_trading and (units[col] != 0 or weights[c.i, col] > 0 or weights[c.i, col] < 0):
            weight = weights[c.i, col]
            if np.isnan(weight):
                weight = units[col] * c.close[c.i, col] / before_cost
            units[col] = weight * after / c.close[c.i, col]
            rest -= weight
            order[col] = (units[col] - c.last_position[col]) * c.close[c.i, col]
    if is_trading:
        units[n - 1] = rest * after / c.close[c.i, n - 1]
    else:
        units[n - 1] -= due / c.close[c.i, n - 1]
    order[n - 1] = (units[n - 1] - c.last_position[n - 1]) * c.close[c.i, n - 1]
    payer = np.argmax(np.abs(order))
    nb.insert_argsort_nb(order, c.call_seq_now)
    return units, payer, value - after


@numba.njit
def trade(c, units, payer, fee):
    """One order, by units."""
    change = units[c.col] - c.position_now
    if change == 0:
        return nb.order_nothing_nb()
    fees = fee if c.col == payer else 0.0
    return nb.order_nb(size=change, price=c.close[c.i, c.col], fixed_fees=fees)


def run_vectorbt(prices: pd.DataFrame, targets: pd.DataFrame, fees: pd.DataFrame) -> pd.Series:
    """Daily returns of a book by vectorbt: see run_bt in with_bt.py for what it takes."""
    weights = targets.pivot(columns="symbol", values="weight")
    weights = weights.reindex(index=prices.index, columns=prices.columns)
    book = vbt.Portfolio.from_order_func(
        prices.ffill(),
        trade,
        pre_segment_func_nb=aim,
        pre_segment_args=(
            weights.to_numpy(),
            fees["cost"].to_numpy(),
            fees["borrow"].to_numpy(),
        ),
        group_by=True,
        cash_sharing=True,
        call_seq="default",
        init_cash=1e8,
        freq="1D",
    )
    return book.returns()


def read(folder: Path, name: str) -> pd.DataFrame:
    """A frame of an exported book, in whichever format it is."""
    path = next(folder.glob(f"{name}.*"))
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, index_col=0, parse_dates=True)


def main(folder: Path) -> None:
    """Run one exported book by vectorbt and print how far its returns are from the warehouse's."""
    prices, targets, returns = (read(folder, name) for name in ("prices", "targets", "returns"))
    theirs = run_vectorbt(prices, targets, returns[["cost", "borrow"]])
    apart = (theirs - returns["returns"]).abs().max()
    print(f"{folder.name}: {len(theirs):,} days by vectorbt, largest difference {apart:.1e}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
