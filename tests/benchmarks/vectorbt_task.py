"""Backtests of the grid's variants as vectorbt runs them; in vectorbt's own environment.

The same rules as ours: at the close of each date of trade the step from the drifted weights to the
desired ones is scaled down to the turnover cap (the first is exempt); a trade costs
|change of weight| x (linear + impact x sqrt(|change of weight| x fund)) of the prior close's value;
weights are fractions of the value after cost.

Usage: vectorbt_task.py GRID.npz RETURNS.npy; the last line printed is JSON: versions, the seconds
of each variant (metrics included), and those of the compilation before.
"""

from __future__ import annotations

import json
import sys
import time

import numba
import numpy as np
import pandas as pd
import vectorbt as vbt
from vectorbt.portfolio import nb


@numba.njit
def aim(c, desired, row_of_day, turnover_cap, fund_usd, linear, impact):
    """The positions to hold after the close, and what each trade costs; sales come first."""
    wanted = desired[row_of_day[c.i]]
    n = c.group_len
    target, fee, order = np.empty(n), np.empty(n), np.empty(n)
    value, prior_value = c.last_cash[c.group], c.last_cash[c.group]
    for col in range(n):
        value += c.last_position[col] * c.close[c.i, col]
        if c.i > 0:
            prior_value += c.last_position[col] * c.close[c.i - 1, col]
    turnover, held = 0.0, 0.0
    for col in range(n):
        before = c.last_position[col] * c.close[c.i, col] / value
        held += abs(before)
        turnover += abs(wanted[col] - before) / 2
    scale = 1.0
    if held > 0 and turnover > turnover_cap:
        scale = turnover_cap / turnover
    cost = 0.0
    for col in range(n):
        before = c.last_position[col] * c.close[c.i, col] / value
        target[col] = scale * wanted[col] + (1 - scale) * before
        size = abs(target[col] - before)
        fee[col] = size * (linear + impact * np.sqrt(size * fund_usd)) * prior_value
        cost += fee[col]
    for col in range(n):
        target[col] *= (value - cost) / c.close[c.i, col]
        order[col] = (target[col] - c.last_position[col]) * c.close[c.i, col]
    nb.insert_argsort_nb(order, c.call_seq_now)
    return target, fee


@numba.njit
def trade(c, target, fee):
    """One order, by units."""
    change = target[c.col] - c.position_now
    if change == 0:
        return nb.order_nothing_nb()
    return nb.order_nb(size=change, price=c.close[c.i, c.col], fixed_fees=fee[c.col])


def returns_of(close: pd.DataFrame, grid: dict, variant: int) -> np.ndarray:
    """The daily net returns of one variant, its Sharpe ratio and drawdown computed beside."""
    desired = np.zeros((len(grid["trade_days"]), close.shape[1]))
    desired[grid["rows"], grid["names"][variant]] = grid["weights"][variant]
    is_trade_day = np.zeros((len(close), 1), dtype=bool)
    is_trade_day[grid["trade_days"]] = True
    row_of_day = np.cumsum(is_trade_day[:, 0]) - 1
    book = vbt.Portfolio.from_order_func(
        close,
        trade,
        pre_segment_func_nb=aim,
        pre_segment_args=(
            desired,
            row_of_day,
            float(grid["turnover_caps"][variant]),
            float(grid["funds_usd"][variant]),
            float(grid["linear"]),
            float(grid["impact"]),
        ),
        segment_mask=is_trade_day,
        group_by=True,
        cash_sharing=True,
        call_seq="default",
        init_cash=1e8,
        freq="1D",
    )
    book.sharpe_ratio()
    book.max_drawdown()
    return book.returns().to_numpy()


def main() -> None:
    """Run every variant of the file once; the first is run once more before, to compile."""
    grid = dict(np.load(sys.argv[1]))
    n_trades, n_held = grid["names"].shape[1:]
    grid["rows"] = np.repeat(np.arange(n_trades), n_held).reshape(n_trades, n_held)
    close = pd.DataFrame(grid["close"])
    started = time.perf_counter()
    returns_of(close, grid, 0)
    compiling = time.perf_counter() - started
    seconds, found = [], []
    for variant in range(len(grid["names"])):
        started = time.perf_counter()
        found.append(returns_of(close, grid, variant))
        seconds.append(time.perf_counter() - started)
    np.save(sys.argv[2], np.array(found))
    versions = {each.__name__: each.__version__ for each in (vbt, numba, np)}
    print(json.dumps({"seconds": seconds, "compiling": compiling, "versions": versions}))


if __name__ == "__main__":
    main()
