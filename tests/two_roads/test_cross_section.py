"""From raw values to ranks, matrix and composites, against numpy and scipy."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.cross_section import composites, matrix, standardized
from tests.two_roads.inputs import Market, variables

NAMES = [factor["name"] for factor in variables()["factors"]]


@pytest.fixture(scope="module")
def theirs(market: Market) -> pd.DataFrame:
    return market.table("factors.factor_values")


@pytest.fixture(scope="module")
def ours(market: Market, theirs: pd.DataFrame) -> pd.DataFrame:
    raw = theirs[["as_of_date", "symbol", "factor", "asset_class", "raw_value"]]
    return standardized(market, raw.dropna(subset="raw_value"))


@pytest.mark.parametrize(
    "column", ["winsorized_value", "neutralized_value", "z_score", "rank_pct", "n_names"]
)
def test_cross_sections_agree(ours, theirs, column):
    keys = ["as_of_date", "symbol", "factor"]
    assert not disagreements(ours, theirs, keys, [column], relative=1e-9, absolute=1e-11)


def test_too_few_names_have_no_rank(theirs):
    few = theirs["n_names"] < variables()["min_names"]
    assert few.any()
    assert theirs.loc[few, "rank_pct"].isna().all()
    assert theirs.loc[~few, "rank_pct"].notna().all()


@pytest.mark.parametrize("name", NAMES)
def test_factor_matrix_agrees(market, ours, name):
    theirs = market.table("factors.factor_matrix")
    members = theirs[["as_of_date", "symbol"]]
    pivoted = members.merge(matrix(ours), on=["as_of_date", "symbol"], how="left")
    if name not in pivoted:
        pivoted[name] = float("nan")
    assert not disagreements(pivoted, theirs, ["as_of_date", "symbol"], [name], relative=1e-9)


def test_composites_agree(market, ours):
    theirs = market.table("factors.composite_values").dropna(subset="composite_value")
    keys = ["as_of_date", "symbol", "composite"]
    assert not disagreements(
        composites(ours), theirs, keys, ["composite_value"], relative=1e-9, absolute=1e-11
    )
