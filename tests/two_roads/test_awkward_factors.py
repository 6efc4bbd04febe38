"""Every factor by the second road where statements and listings are odd."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.factors import all_factors, raw_disagreements, registered
from tests.two_roads.inputs import Market
from tests.two_roads.tradable import market_returns, universe_daily


@pytest.fixture(scope="module")
def factors(awkward: Market) -> pd.DataFrame:
    universe = universe_daily(awkward)
    return all_factors(awkward, universe, market_returns(universe))


@pytest.mark.parametrize("name", registered())
def test_raw_factor_agrees(awkward, factors, name):
    assert not raw_disagreements(awkward, factors, name)


def test_names_came_back(awkward):
    listings = awkward.table("prepared.prices_daily", "symbol, listing_no").drop_duplicates()
    assert (listings["listing_no"] > 1).sum() >= 5
