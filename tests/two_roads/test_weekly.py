"""Equity against crypto: weekly returns, their correlations and premia side by side."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market, variables
from tests.two_roads.weekly import cross_class_correlation, pearson, side_by_side, weekly_returns


@pytest.fixture(scope="module")
def weekly(market: Market) -> pd.DataFrame:
    return weekly_returns(market)


def test_weekly_returns_are_compounded_days(market, weekly):
    theirs = market.table("analysis.weekly_returns")
    keys = ["week_end_date", "asset_class", "factor"]
    assert theirs["week_end_date"].dt.dayofweek.eq(6).all()
    whole = theirs["n_days"] == theirs["asset_class"].map({"equity": 5, "crypto": 7})
    assert whole.mean() > 0.8
    assert not disagreements(
        weekly, theirs, keys, ["weekly_return", "n_days"], relative=1e-9, absolute=1e-12
    )


def test_correlations_across_classes_are_numpys(market, weekly):
    ours = cross_class_correlation(weekly)
    theirs = market.table("analysis.cross_class_correlation")
    columns = ["weekly_correlation", "correlation_lower", "correlation_upper", "n_weeks"]
    keys = ["equity_factor", "crypto_factor"]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-9)


@pytest.mark.parametrize("factor", ["market", "size", "momentum_12_1", "beta_1y"])
def test_intervals_are_scipys(market, weekly, factor):
    theirs = market.table("analysis.cross_class_correlation").set_index(
        ["equity_factor", "crypto_factor"]
    )
    columns = ["weekly_correlation", "correlation_lower", "correlation_upper"]
    assert theirs.loc[(factor, factor), columns].tolist() == pytest.approx(
        pearson(weekly, factor, factor), rel=1e-9
    )


def test_premia_stand_side_by_side(market, weekly):
    theirs = market.table("analysis.equity_against_crypto")
    registered = [
        one["name"]
        for one in variables()["factors"]
        if set(one["asset_classes"]) == {"equity", "crypto"}
    ]
    assert sorted(theirs["factor"]) == sorted(registered)
    ours = side_by_side(market)
    columns = [name for name in ours.columns if name != "factor"]
    found = theirs[theirs["factor"].isin(ours["factor"])]
    assert len(found) > 5
    assert not disagreements(ours, found, ["factor"], columns, relative=1e-9)


def test_each_factor_has_its_own_correlation_across_classes(market):
    pairs = market.table("analysis.cross_class_correlation").set_index(
        ["equity_factor", "crypto_factor"]
    )
    theirs = market.table("analysis.equity_against_crypto").dropna(subset="n_weeks")
    assert len(theirs) > 5
    for row in theirs.itertuples():
        pair = pairs.loc[(row.factor, row.factor)]
        assert row.weekly_correlation == pair["weekly_correlation"]
        assert (row.correlation_lower, row.n_weeks) == (pair["correlation_lower"], pair["n_weeks"])
