"""Weights against iteration, their own constraints and a convex solver."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.portfolios import desired_weights


@pytest.fixture(scope="module")
def ours(market: Market) -> pd.DataFrame:
    return desired_weights(market)


def test_desired_weights_agree(market, ours):
    theirs = market.table("construction.desired_weights")
    keys = ["as_of_date", "strategy", "symbol", "leg"]
    columns = ["is_scheduled", "desired_weight"]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-10)
