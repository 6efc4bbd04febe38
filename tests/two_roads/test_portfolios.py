"""Weights against iteration, their own constraints and a convex solver."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.portfolios import desired_weights, water_fill


@pytest.fixture(scope="module")
def ours(market: Market) -> pd.DataFrame:
    return desired_weights(market)


def test_desired_weights_agree(market, ours):
    theirs = market.table("construction.desired_weights")
    keys = ["as_of_date", "strategy", "symbol", "leg"]
    assert not disagreements(ours, theirs, keys, ["desired_weight"], relative=1e-10)


def test_legs_sum_to_their_gross_under_the_cap(market):
    theirs = market.table("construction.desired_weights").merge(
        market.table("seeds.strategies", "strategy, max_weight"), on="strategy"
    )
    weight = theirs["desired_weight"].abs()
    assert (weight <= theirs["max_weight"] + 1e-12).all()
    keys = ["as_of_date", "strategy", "asset_class", "leg"]
    legs = theirs.assign(weight=weight).groupby(keys)
    total, gross = legs["weight"].sum(), legs["leg_gross"].first()
    room = legs["max_weight"].sum()
    assert np.allclose(total, np.minimum(gross, room), rtol=0, atol=1e-12)
    is_short_of_names = room < gross - 1e-12
    assert (legs["is_leg_underfilled"].first().astype(bool) == is_short_of_names).all()


def test_water_filling_minimizes_the_distance_to_raw(ours):
    import cvxpy

    legs = ours.groupby(["as_of_date", "strategy", "asset_class", "leg"])
    uneven = [leg for _, leg in legs if leg["raw"].nunique() > 1 and len(leg) > 5]
    assert len(uneven) > 20
    for leg in uneven[:: len(uneven) // 20]:
        raw = leg["raw"].to_numpy() / leg["raw"].sum()
        for cap in (0.2, 1.02 / len(raw), raw.mean() * 1.5):
            weights = cvxpy.Variable(len(raw))
            distance = cvxpy.sum(cvxpy.multiply(cvxpy.square(weights - raw), 1 / raw))
            rules = [cvxpy.sum(weights) == 1, weights <= cap, weights >= 0]
            if cap * len(raw) <= 1:
                continue
            cvxpy.Problem(cvxpy.Minimize(distance), rules).solve()
            assert np.allclose(weights.value, water_fill(list(raw), 1.0, cap), atol=1e-5)
