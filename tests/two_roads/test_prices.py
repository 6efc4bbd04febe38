"""prices_daily and quarantine against a plain walk through the raw bars."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.prices import prices_daily

KEYS = ["as_of_date", "symbol"]


@pytest.fixture(scope="module")
def walked(market: Market) -> tuple[pd.DataFrame, dict]:
    return prices_daily(market)


@pytest.mark.parametrize(
    "column",
    ["is_stale", "is_delisted", "close", "adj_close", "ret_1d", "volume", "dollar_volume_usd"],
)
def test_prices_daily_has_the_rows_and_values_of_the_walk(market, walked, column):
    theirs = market.table("prepared.prices_daily")
    # a return is a difference of nearby prices: 1e-9 of the gross return, not of the return
    absolute = 1e-9 if column == "ret_1d" else 1e-12
    assert not disagreements(walked[0], theirs, KEYS, [column], relative=1e-9, absolute=absolute)


def test_market_caps_are_the_shares_known_times_the_close(market, walked):
    theirs = market.table("prepared.prices_daily")
    assert theirs["market_cap_usd"].notna().any()
    assert not disagreements(walked[0], theirs, KEYS, ["market_cap_usd"], relative=1e-9)


def test_quarantine_holds_what_the_walk_sets_aside(market, walked):
    ours = pd.DataFrame(
        [
            (symbol, day, reason, field)
            for symbol, found in walked[1].items()
            for day, reason, field in found.set_aside
        ],
        columns=["symbol", "bar_date", "reason", "field"],
    ).drop_duplicates()
    theirs = market.table("prepared.quarantine").drop_duplicates(list(ours.columns))
    assert len(theirs)
    assert not disagreements(ours, theirs, list(ours.columns), [], relative=0)
