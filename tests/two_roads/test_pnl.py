"""Daily results of every book against an event loop, and the identities they must keep."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.pnl import RETURNS, Journal, run_book
from tests.two_roads.tape import Tape


@pytest.fixture(scope="module")
def tape(market: Market) -> Tape:
    return Tape(market)


@pytest.fixture(scope="module")
def journals(market: Market, tape: Tape) -> dict[str, Journal]:
    strategies = market.table("seeds.strategies").to_dict("records")
    return {row["strategy"]: run_book(market, row, tape) for row in strategies}


def of_all(journals: dict[str, Journal], part: str) -> pd.DataFrame:
    """One part of every strategy's journal as one table."""
    frames = [getattr(one, part)().assign(strategy=name) for name, one in journals.items()]
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def test_daily_pnl_is_the_event_loops(market, journals):
    ours, theirs = of_all(journals, "daily"), market.table("performance.daily_pnl")
    columns = [*RETURNS, "nav", "turnover"]
    assert len(theirs)
    assert not disagreements(
        ours, theirs, ["strategy", "date"], columns, relative=1e-10, absolute=1e-10
    )


def test_trades_are_the_event_loops(market, journals):
    ours, theirs = of_all(journals, "traded"), market.table("portfolios.trades")
    columns = ["as_of_date", "weight_before", "weight_after", "cost_return"]
    keys = ["strategy", "trade_date", "symbol"]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-10, absolute=1e-10)
