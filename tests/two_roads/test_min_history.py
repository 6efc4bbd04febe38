"""The registry's least history: with no gaps, a price factor's first value is on that session."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.two_roads.inputs import Market, sessions, variables
from tests.two_roads.panels import panels
from tests.two_roads.price_factors import factors_at

VENUES = {"equity": "XNYS", "crypto": "24/7"}
REGISTERED = [
    (factor["name"], asset_class)
    for factor in variables()["factors"]
    for asset_class in factor["asset_classes"]
    if not {"market_cap", "total_assets", "book_equity"} & set(factor["needs"])
]


def gapless(asset_class: str, n_sessions: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """prices_daily and market_returns of a name that has traded every session."""
    first, last = pd.Timestamp("2010-01-04").date(), pd.Timestamp("2016-12-30").date()
    days = sessions(VENUES[asset_class], first, last)[:n_sessions]
    draws = np.random.default_rng(20100104).normal(0, 0.02, (2, n_sessions))
    price = 100 * np.exp(np.cumsum(draws[0]))
    rows = pd.DataFrame(
        {
            "as_of_date": pd.DatetimeIndex(days),
            "symbol": "NEW",
            "asset_class": asset_class,
            "venue": VENUES[asset_class],
            "listing_no": 1,
            "adj_close": price,
            "ret_1d": np.append(np.nan, price[1:] / price[:-1] - 1),
            "dollar_volume_usd": 1e6 * np.exp(draws[1]),
            "is_stale": False,
        }
    )
    market = rows[["as_of_date", "asset_class"]].assign(market_return=draws[1])
    return rows, market


@pytest.mark.parametrize(("name", "asset_class"), REGISTERED)
def test_first_value_is_on_the_registered_session(name, asset_class):
    factor = next(one for one in variables()["factors"] if one["name"] == name)
    least = factor["min_history_sessions"][asset_class]
    (panel,) = panels(*gapless(asset_class, least))
    has_value = [np.isfinite(factors_at(panel, end)[name][0]) for end in range(least)]
    assert has_value == [False] * (least - 1) + [True]


def test_no_value_comes_before_the_registered_session(market: Market):
    early = market.query(
        """
        with listed as (
            select symbol, as_of_date, asset_class, venue,
                row_number() over (partition by symbol, listing_no order by session_no) as n_own
            from prepared.prices_daily
        )
        select factor, min(n_own - min_history_sessions) as n_spare
        from factors.factor_values
        inner join factors.cross_section_members using (as_of_date, symbol, asset_class)
        inner join factors.factor_registry using (factor, asset_class)
        inner join listed
            on listed.symbol = cross_section_members.symbol
            and listed.as_of_date = cross_section_members.session_date
        group by factor
        """
    )
    assert set(early["factor"]) == {factor["name"] for factor in variables()["factors"]}
    assert (early["n_spare"] >= 0).all(), early
