"""Daily results of every book against an event loop, and the identities they must keep."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.pnl import Tape, benchmark_returns, liquidity, run_book

COLUMNS = ["gross_return", "cash_return", "cost_return", "borrow_return", "net_return"]
STRATEGIES = [
    "equity_momentum_long",
    "equity_composite_long_short",
    "crypto_momentum_long",
    "crypto_ridge_long_short",
    "both_composite_long",
    "both_ridge_long_short",
]


@pytest.fixture(scope="module")
def tape(market: Market) -> Tape:
    return Tape(market)


@pytest.fixture(scope="module")
def known(market: Market) -> dict[tuple, tuple]:
    return liquidity(market)


@pytest.mark.parametrize("name", STRATEGIES)
def test_daily_pnl_is_the_event_loops(market, tape, known, name):
    strategies = market.table("seeds.strategies").to_dict("records")
    strategy = next(one for one in strategies if one["strategy"] == name)
    ours = run_book(market, strategy, tape, known)
    theirs = market.table("performance.daily_pnl")
    theirs = theirs[theirs["strategy"] == name]
    assert len(theirs)
    assert not disagreements(
        ours,
        theirs,
        ["date"],
        [*COLUMNS, "nav", "turnover"],
        relative=1e-10,
        absolute=1e-10,
    )


@pytest.mark.parametrize("name", STRATEGIES)
def test_benchmark_is_the_market_compounded_to_the_books_days(market, name):
    strategies = market.table("seeds.strategies").to_dict("records")
    strategy = next(one for one in strategies if one["strategy"] == name)
    theirs = market.table("performance.daily_pnl")
    theirs = theirs[theirs["strategy"] == name].sort_values("date")
    ours = benchmark_returns(market, strategy, list(theirs["date"]))
    columns = ["benchmark_return"]
    # the first day holds no return of the book, and none of the benchmark counts
    assert not disagreements(
        ours[1:], theirs[1:], ["date"], columns, relative=1e-10, absolute=1e-10
    )


def test_identities_hold(market):
    pnl = market.table("performance.daily_pnl").sort_values(["strategy", "date"])
    signed = pnl["gross_return"] + pnl["cash_return"] - pnl["cost_return"] - pnl["borrow_return"]
    assert np.allclose(signed, pnl["net_return"], rtol=0, atol=1e-12)
    assert (pnl[["cost_return", "borrow_return", "turnover"]] >= 0).all().all()
    for _, book in pnl.groupby("strategy"):
        nav = np.cumprod(1 + book["net_return"].to_numpy())
        assert np.allclose(nav, book["nav"], rtol=1e-12, atol=1e-12)
        peak = np.maximum.accumulate(np.concatenate([[1.0], nav]))[1:]
        assert np.allclose(nav / peak - 1, book["drawdown"], rtol=0, atol=1e-12)


def test_trades_add_up_to_turnover_and_cost(market):
    trades = market.table("portfolios.trades")
    trades = trades.assign(half=trades["trade_weight"].abs() / 2)
    by_day = trades.groupby(["trade_date", "strategy"])[["half", "cost_return"]].sum()
    by_day = by_day.reset_index().set_axis(["date", "strategy", "half", "paid"], axis=1)
    pnl = market.table("performance.daily_pnl").merge(
        by_day, on=["date", "strategy"], how="left", validate="one_to_one"
    )
    assert np.allclose(pnl["half"].fillna(0), pnl["turnover"], rtol=0, atol=1e-12)
    assert np.allclose(pnl["paid"].fillna(0), pnl["cost_return"], rtol=0, atol=1e-12)
    assert pd.notna(pnl["half"]).any()
