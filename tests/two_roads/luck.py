"""Cross-validation of the choice among strategies, split by split; and runs of the SQL on noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import duckdb
import numpy as np
import pandas as pd
import scipy.stats

N_BLOCKS = 16


def cross_validated(returns: np.ndarray) -> pd.DataFrame:
    """Every split of 16 blocks of days into halves, as Bailey, Borwein, Lopez de Prado, Zhu (2015).

    Parameters
    ----------
    returns : of shape (n_days, n_strategies), excess returns; the first days fill no block.

    Returns
    -------
    One row per split: split_no, chosen (column), chosen_sharpe, other_sharpe, relative_rank, logit.
    """
    length = len(returns) // N_BLOCKS
    blocks = returns[len(returns) - N_BLOCKS * length :].reshape(N_BLOCKS, length, -1)
    rows = []
    for picked in combinations(range(N_BLOCKS), N_BLOCKS // 2):
        others = [block for block in range(N_BLOCKS) if block not in picked]
        inside = blocks[list(picked)].reshape(-1, blocks.shape[2])
        outside = blocks[others].reshape(-1, blocks.shape[2])
        before = sharpe(inside)
        after = sharpe(outside)
        chosen = int(np.argmax(before))
        share = scipy.stats.rankdata(after)[chosen] / (len(after) + 1)
        rows.append(
            {
                "split_no": sum(2**block for block in picked),
                "chosen": chosen,
                "chosen_sharpe": before[chosen],
                "other_sharpe": after[chosen],
                "relative_rank": share,
                "logit": np.log(share / (1 - share)),
            }
        )
    return pd.DataFrame(rows)


def sharpe(returns: np.ndarray) -> np.ndarray:
    """Sharpe ratio per day of each column, 0 for one that does not move."""
    deviation = returns.std(axis=0, ddof=1)
    return np.where(deviation > 1e-12, returns.mean(axis=0), 0) / np.where(
        deviation > 1e-12, deviation, 1
    )


def daily_rows(returns: np.ndarray, first: str = "2000-01-03") -> pd.DataFrame:
    """Rows of daily_pnl of books s0000, s0001 ... that earn the columns of ``returns``."""
    n_days, n_books = returns.shape
    days = pd.bdate_range(first, periods=n_days)
    return pd.DataFrame(
        {
            "date": np.tile(days.to_numpy(), n_books),
            "strategy": np.repeat([f"s{number:04d}" for number in range(n_books)], n_days),
            "net_return": returns.T.ravel(),
            "risk_free_return": 0.0,
            "benchmark_return": 0.0,
            "nav": np.cumprod(1 + returns, axis=0).T.ravel(),
            "drawdown": 0.0,
            "turnover": 0.0,
            "gross_exposure": 1.0,
            "cost_return": 0.0,
        }
    )


def tables_beside(n_books: int) -> dict[str, pd.DataFrame]:
    """What the models of luck read besides daily_pnl, for books s0000, s0001 ..."""
    names = [f"s{number:04d}" for number in range(n_books)]
    return {
        "seeds.strategies": pd.DataFrame({"strategy": names, "asset_class": "equity"}),
        "construction.trial_settings": pd.DataFrame(
            {"strategy": names, "trial_id": names, "settings": "{}"}
        ),
        "prepared.build_clock": pd.DataFrame(
            {"newest_load_id": [1], "end_date": ["2999-12-31"], "known_at": ["9999-12-31"]}
        ),
    }


def run(
    sql: Mapping[str, str], given: Mapping[str, pd.DataFrame], models: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """The tables that the models' SQL makes of the given ones, by name without schema.

    ``given`` is named by schema and table, ``models`` by schema and model.
    """
    with duckdb.connect() as connection:
        for schema in {name.split(".")[0] for name in (*given, *models)}:
            connection.execute(f"create schema {schema}")
        for name, frame in given.items():
            connection.register("frame", frame)
            connection.execute(f"create table {name} as select * from frame")
        for name in models:
            connection.execute(f"create table {name} as {sql[name.split('.')[1]]}")
        return {
            name.split(".")[1]: connection.execute(f"select * from {name}").df() for name in models
        }
