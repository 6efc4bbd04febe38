"""Every registered factor of the real market files by the second road: 505 stocks, 377 coins."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from tests.builds import Market as Built
from tests.two_roads.agreement import disagreements
from tests.two_roads.factors import all_factors, has_values, raw_disagreements, registered
from tests.two_roads.inputs import Market
from tests.two_roads.tradable import market_returns, universe_daily

pytestmark = pytest.mark.real_data
WITHOUT_DATA = {
    "gross_profitability",  # no gross profit
    "operating_profitability",  # none of the three expenses
    "network_value_to_transactions",  # no on-chain metrics
    "market_cap_per_active_address",
}


@pytest.fixture(scope="module")
def real(real_market: Built) -> Iterator[Market]:
    opened = Market(real_market.published)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def universe(real: Market) -> pd.DataFrame:
    return universe_daily(real)


@pytest.fixture(scope="module")
def returns(universe: pd.DataFrame) -> pd.DataFrame:
    return market_returns(universe)


@pytest.fixture(scope="module")
def factors(real: Market, universe: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    return all_factors(real, universe, returns)


@pytest.mark.parametrize("column", ["is_member", "n_history", "ret_1d_std", "is_tradable"])
def test_who_could_be_traded_agrees(real, universe, column):
    theirs = real.table("prepared.universe_daily", f"as_of_date, symbol, {column}")
    assert not disagreements(universe, theirs, ["as_of_date", "symbol"], [column], relative=1e-9)


def test_market_returns_agree(real, returns):
    theirs = real.table("prepared.market_returns")
    keys, columns = ["as_of_date", "asset_class"], ["market_return", "n_names", "n_caps"]
    ours = returns.dropna(subset="market_return")
    assert not disagreements(ours, theirs, keys, columns, relative=1e-9, absolute=1e-11)


@pytest.mark.parametrize("name", registered())
def test_raw_factor_agrees(real, factors, name):
    assert not raw_disagreements(real, factors, name)


@pytest.mark.parametrize("name", registered())
def test_what_has_no_data_is_empty_and_nothing_else(factors, name):
    assert has_values(factors[name]).any() == (name not in WITHOUT_DATA)
