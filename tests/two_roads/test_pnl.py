"""Daily results of every book against an event loop, and the identities they must keep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.two_roads import rules
from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.pnl import RETURNS, benchmark_returns, run_book
from tests.two_roads.tape import Tape

STRATEGIES = [
    "equity_momentum_long",
    "equity_composite_long_short",
    "crypto_momentum_long",
    "crypto_ridge_long_short",
    "both_composite_long",
    "both_ridge_long_short",
]
CLOSE = {"relative": 1e-10, "absolute": 1e-10}


@pytest.fixture(scope="module")
def tape(market: Market) -> Tape:
    return Tape(market)


def loop_disagreements(market: Market, strategies: list[dict[str, Any]]) -> str:
    """What differs in daily_pnl, trades and target_weights of some strategies."""
    tape = Tape(market)
    journals = {row["strategy"]: run_book(market, row, tape) for row in strategies}

    def ours(part: str) -> pd.DataFrame:
        frames = [getattr(one, part)().assign(strategy=name) for name, one in journals.items()]
        return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)

    def theirs(table: str) -> pd.DataFrame:
        found = market.table(table)
        return found[found["strategy"].isin(list(journals))]

    daily = disagreements(
        ours("daily"),
        theirs("performance.daily_pnl"),
        ["strategy", "date"],
        [*RETURNS, "nav", "turnover"],
        **CLOSE,
    )
    # a trade of no size is none
    size = 1e-12
    moved, made = ours("traded"), theirs("portfolios.trades")
    trades = disagreements(
        moved[(moved["weight_after"] - moved["weight_before"]).abs() > size],
        made[made["trade_weight"].abs() > size],
        ["strategy", "trade_date", "symbol"],
        ["as_of_date", "weight_before", "weight_after", "cost_return"],
        **CLOSE,
    )
    meant = ours("meant").merge(
        theirs("portfolios.target_weights"),
        on=["strategy", "as_of_date", "symbol"],
        suffixes=("", "_theirs"),
    )
    off = (meant["target_weight"] - meant["target_weight_theirs"]).abs() > 1e-10
    targets = meant[off].head(8).to_string() if off.any() else ""
    assert len(meant) > 100 * len(strategies)
    return "\n".join(text for text in (daily, trades, targets) if text)


def test_books_are_the_event_loops(market):
    assert not loop_disagreements(market, market.table("seeds.strategies").to_dict("records"))


@pytest.mark.parametrize("name", STRATEGIES)
def test_benchmark_is_the_market_compounded_to_the_books_days(market, tape, name):
    strategies = market.table("seeds.strategies").to_dict("records")
    strategy = next(one for one in strategies if one["strategy"] == name)
    theirs = market.table("performance.daily_pnl")
    theirs = theirs[theirs["strategy"] == name].sort_values("date")
    ours = benchmark_returns(market, strategy, tape, list(theirs["date"]))
    # the first day holds no return of the book, and none of the benchmark counts
    assert not disagreements(ours[1:], theirs[1:], ["date"], ["benchmark_return"], **CLOSE)


@pytest.mark.parametrize("rule", rules.OF_BOOKS, ids=lambda rule: rule.__name__)
def test_no_book_breaks_a_rule(market, rule):
    broken = rule(market)
    assert broken.empty, f"{len(broken)} rows:\n{broken.head(5).to_string()}"


def test_a_rebalance_without_a_trade_changes_no_weight(market):
    holdings = market.table("portfolios.holdings")
    untouched = holdings[~holdings["is_executed"].astype(bool)]
    step = untouched["weight_after"] - untouched["weight_before"]
    assert len(untouched) > 100
    assert np.abs(step).max() <= 1e-12
