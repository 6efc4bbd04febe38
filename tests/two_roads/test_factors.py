"""Tradability, the market and every registered factor against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.factors import raw_values
from tests.two_roads.inputs import Market, variables
from tests.two_roads.tradable import market_returns, universe_daily

NAMES = [factor["name"] for factor in variables()["factors"]]


@pytest.fixture(scope="module")
def universe(market: Market) -> pd.DataFrame:
    return universe_daily(market)


@pytest.fixture(scope="module")
def factor_values(market: Market, universe: pd.DataFrame) -> pd.DataFrame:
    return raw_values(market, universe, market_returns(universe))


@pytest.mark.parametrize(
    "column",
    ["is_member", "n_history", "median_dollar_volume_usd", "mean_dollar_volume_usd",
     "ret_1d_std", "is_tradable"],
)  # fmt: skip
def test_universe_daily_agrees(market, universe, column):
    theirs = market.table("prepared.universe_daily")
    keys = ["as_of_date", "symbol"]
    assert not disagreements(universe, theirs, keys, [column], relative=1e-9)


def test_market_returns_agree(market, universe):
    theirs = market.table("prepared.market_returns")
    ours = market_returns(universe).dropna(subset="market_return")
    keys, columns = ["as_of_date", "asset_class"], ["market_return", "n_names", "n_caps"]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-9, absolute=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_raw_factor_agrees(market, factor_values, name):
    theirs = market.table("factors.factor_values")
    theirs = theirs[(theirs["factor"] == name) & np.isfinite(theirs["raw_value"])]
    ours = factor_values[factor_values["factor"] == name]
    keys = ["as_of_date", "symbol", "asset_class"]
    assert len(theirs) or not len(ours)
    assert not disagreements(ours, theirs, keys, ["raw_value"], relative=1e-9, absolute=1e-11)
