"""Factor returns and their correlations against a walk through months and days."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.factor_returns import factor_returns
from tests.two_roads.inputs import Market, variables
from tests.two_roads.pnl import Tape

CASES = [
    pytest.param(factor, asset_class, id=f"{asset_class}-{factor['name']}")
    for factor in variables()["factors"]
    for asset_class in factor["asset_classes"]
]


@pytest.fixture(scope="module")
def tape(market: Market) -> Tape:
    return Tape(market)


@pytest.mark.parametrize(("factor", "asset_class"), CASES)
def test_factor_returns_agree(market, tape, factor, asset_class):
    prices = market.table("prepared.prices_daily")
    of_class = prices["asset_class"] == asset_class
    days = sorted(prices[of_class]["as_of_date"].unique())
    ours = factor_returns(market, tape, factor, asset_class, days)
    theirs = market.table("analysis.factor_returns")
    theirs = theirs[(theirs["factor"] == factor["name"]) & (theirs["asset_class"] == asset_class)]
    columns = ["long_return", "short_return", "long_short_return", "n_long", "n_short"]
    assert not disagreements(ours, theirs, ["date"], columns, relative=1e-10, absolute=1e-10)


def test_factor_correlations_are_pandas(market):
    returns = market.table("analysis.factor_returns")
    parts = []
    for asset_class, own in returns.groupby("asset_class"):
        wide = own.pivot(index="date", columns="factor", values="long_short_return")
        long = wide.corr().rename_axis("factor_a").rename_axis("factor_b", axis=1).stack()
        parts.append(long.rename("correlation").reset_index().assign(asset_class=asset_class))
    theirs = market.table("analysis.factor_correlation").dropna(subset="correlation")
    keys = ["asset_class", "factor_a", "factor_b"]
    assert not disagreements(
        pd.concat(parts), theirs, keys, ["correlation"], relative=1e-10, absolute=1e-10
    )
