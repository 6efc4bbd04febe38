"""Factors less their sectors and size, against the residuals of statsmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.awkward import NEUTRALIZED
from tests.two_roads.cross_section import standardized
from tests.two_roads.inputs import Market

COMPARED = [*NEUTRALIZED, "earnings_to_price", "size"]  # the last two as they are


@pytest.fixture(scope="module")
def theirs(awkward: Market) -> pd.DataFrame:
    """The cross-sections of every third date."""
    values = awkward.table("factors.factor_values")
    dates = values["as_of_date"].drop_duplicates().sort_values()[::3]
    return values[values["factor"].isin(COMPARED) & values["as_of_date"].isin(dates)]


@pytest.fixture(scope="module")
def ours(awkward: Market, theirs: pd.DataFrame) -> pd.DataFrame:
    raw = theirs[["as_of_date", "symbol", "factor", "asset_class", "raw_value"]]
    return standardized(awkward, raw, NEUTRALIZED)


@pytest.mark.parametrize("column", ["neutralized_value", "z_score", "rank_pct", "n_names"])
@pytest.mark.parametrize("factor", COMPARED)
def test_what_is_left_agrees(ours, theirs, factor, column):
    keys = ["as_of_date", "symbol"]
    mine, other = (side[side["factor"] == factor] for side in (ours, theirs))
    usual = other[column].abs().mean()
    assert usual > 0
    assert not disagreements(mine, other, keys, [column], relative=1e-9, absolute=1e-11 * usual)


@pytest.mark.parametrize("factor", list(NEUTRALIZED))
def test_the_residuals_know_neither_sector_nor_size(awkward, theirs, factor):
    sectors = awkward.table("factors.cross_section_members", "as_of_date, symbol, country, sector")
    sizes = theirs[theirs["factor"] == "size"][["as_of_date", "symbol", "raw_value"]]
    sizes = sizes.rename(columns={"raw_value": "log_cap"})
    left = theirs[theirs["factor"] == factor].dropna(subset="neutralized_value")
    left = left.merge(sectors.fillna("")).merge(sizes, how="left")
    usual = left["winsorized_value"].abs().median()
    of = ["as_of_date", "asset_class", "country"]
    means = left.groupby([*of, "sector"])["neutralized_value"].mean()
    assert np.abs(means).max() < 1e-9 * usual
    if NEUTRALIZED[factor] == "size_and_sector":
        product = left["neutralized_value"] * (left["log_cap"] - left["log_cap"].mean())
        assert np.abs(product.groupby([left[key] for key in of]).sum()).max() < 1e-9 * usual
