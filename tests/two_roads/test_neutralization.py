"""Factors less their sectors and size, against the residuals of statsmodels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.builds import Market as Built
from tests.builds import copied_project
from tests.two_roads.agreement import disagreements
from tests.two_roads.cross_section import standardized
from tests.two_roads.inputs import Market

NEUTRALIZED = {
    "momentum_12_1": "sector",
    "book_to_market": "size_and_sector",
    "momentum_1w": "size_and_sector",
}
COMPARED = [*NEUTRALIZED, "earnings_to_price", "size"]  # the last two as they are


@pytest.fixture(scope="module")
def neutral(small_market: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """The small market with a registry that neutralizes, its cross-sections computed anew."""
    folder = tmp_path_factory.mktemp("neutral")
    project = copied_project(folder / "project")
    settings = yaml.safe_load((project / "dbt_project.yml").read_text())
    for factor in settings["vars"]["factors"]:
        if factor["name"] in NEUTRALIZED:
            factor["neutralize"] = NEUTRALIZED[factor["name"]]
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    own = small_market.copied(folder / "market", project=project)
    own.models_alone("--select", "factor_registry factor_values")
    opened = Market(own.path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def theirs(neutral: Market) -> pd.DataFrame:
    """The cross-sections of every third date."""
    values = neutral.table("factors.factor_values")
    dates = values["as_of_date"].drop_duplicates().sort_values()[::3]
    return values[values["factor"].isin(COMPARED) & values["as_of_date"].isin(dates)]


@pytest.fixture(scope="module")
def ours(neutral: Market, theirs: pd.DataFrame) -> pd.DataFrame:
    raw = theirs[["as_of_date", "symbol", "factor", "asset_class", "raw_value"]]
    return standardized(neutral, raw, NEUTRALIZED)


@pytest.mark.parametrize("column", ["neutralized_value", "z_score", "rank_pct", "n_names"])
@pytest.mark.parametrize("factor", COMPARED)
def test_what_is_left_agrees(ours, theirs, factor, column):
    keys = ["as_of_date", "symbol"]
    mine, other = (side[side["factor"] == factor] for side in (ours, theirs))
    usual = other[column].abs().median()
    assert usual > 0
    assert not disagreements(mine, other, keys, [column], relative=1e-9, absolute=1e-11 * usual)


def test_the_residuals_know_neither_sector_nor_size(neutral, theirs):
    sectors = neutral.table("factors.cross_section_members", "as_of_date, symbol, country, sector")
    sizes = theirs[theirs["factor"] == "size"][["as_of_date", "symbol", "raw_value"]]
    sizes = sizes.rename(columns={"raw_value": "log_cap"})
    for factor, kind in NEUTRALIZED.items():
        left = theirs[(theirs["factor"] == factor) & (theirs["asset_class"] == "equity")]
        left = left.dropna(subset="neutralized_value").merge(sectors).merge(sizes, how="left")
        usual = left["winsorized_value"].abs().median()
        means = left.groupby(["as_of_date", "country", "sector"])["neutralized_value"].mean()
        assert np.abs(means).max() < 1e-12 * usual
        if kind == "size_and_sector":
            product = left["neutralized_value"] * left["log_cap"]
            sums = product.groupby([left["as_of_date"], left["country"]]).sum()
            assert np.abs(sums).max() < 1e-9 * usual
