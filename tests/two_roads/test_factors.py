"""Tradability, the market and every registered factor of the small demo market by a second road."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.factors import all_factors, has_values, raw_disagreements, registered
from tests.two_roads.inputs import Market, variables
from tests.two_roads.tradable import market_returns, universe_daily


@pytest.fixture(scope="module")
def universe(market: Market) -> pd.DataFrame:
    return universe_daily(market)


@pytest.fixture(scope="module")
def factors(market: Market, universe: pd.DataFrame) -> pd.DataFrame:
    return all_factors(market, universe, market_returns(universe))


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


@pytest.mark.parametrize("name", registered())
def test_raw_factor_agrees(market, factors, name):
    assert not raw_disagreements(market, factors, name)


@pytest.mark.parametrize("name", registered())
def test_every_factor_has_values_here(factors, name):
    factor = next(one for one in variables()["factors"] if one["name"] == name)
    for asset_class in factor["asset_classes"]:
        values = factors.loc[factors["asset_class"] == asset_class, name]
        assert has_values(values).sum() > 1000
