"""Fama-French and crypto factor portfolios against a walk from formation to formation."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.french import SORTS, Tape, factors, members, portfolio_returns
from tests.two_roads.inputs import Market

CLASSES = list(SORTS)


@pytest.fixture(scope="module")
def tapes(market: Market) -> dict[str, Tape]:
    return {asset_class: Tape(market, asset_class) for asset_class in CLASSES}


@pytest.fixture(scope="module")
def constituents(market: Market, tapes: dict[str, Tape]) -> dict[tuple[str, str], list]:
    return {
        (asset_class, sort): list(members(market, asset_class, sort, tapes[asset_class]))
        for asset_class in CLASSES
        for sort in SORTS[asset_class]
    }


def test_constituents_agree(market, constituents):
    ours = pd.DataFrame([one for found in constituents.values() for one in found])
    theirs = market.table("analysis.fama_french_constituents")
    keys = ["formation_date", "asset_class", "sort", "symbol"]
    columns = ["size_group", "characteristic_group", "characteristic_value", "market_cap_usd"]
    assert len(theirs) > 50_000
    assert not disagreements(ours, theirs, keys, columns, relative=1e-9)


def test_factor_returns_agree(market, tapes, constituents):
    calendar = market.table("prepared.portfolio_calendar")
    found = []
    for asset_class in CLASSES:
        name = "calendar_days" if asset_class == "crypto" else "equity_sessions"
        of_class = calendar[calendar["calendar"] == name]
        cash = of_class.set_index("calendar_date")["cash_return"]
        portfolios = {
            sort: portfolio_returns(tapes[asset_class], constituents[asset_class, sort], sort)
            for sort in SORTS[asset_class]
        }
        found.append(factors(portfolios, cash, asset_class))
    theirs = market.table("analysis.fama_french")
    keys = ["date", "asset_class", "portfolio"]
    assert theirs["portfolio"].nunique() == 13
    assert not disagreements(pd.concat(found), theirs, keys, ["return"], relative=1e-9)
