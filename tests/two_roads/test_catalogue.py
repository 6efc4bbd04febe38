"""The catalogue of factors against the registry file and a count by pandas."""

from __future__ import annotations

import pandas as pd

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market, variables

KEYS = ["factor", "asset_class", "year"]


def registry() -> pd.DataFrame:
    """The registry of dbt_project.yml, one row per factor and asset class."""
    rows = pd.DataFrame(variables()["factors"]).explode("asset_classes")
    rows = rows.rename(columns={"name": "factor", "asset_classes": "asset_class"})
    return rows.assign(needs=rows["needs"].map(", ".join))


def test_catalogue_is_the_registry_beside_its_coverage(market: Market):
    members = market.table("factors.cross_section_members", "as_of_date, asset_class")
    values = market.table("factors.factor_values", "as_of_date, asset_class, factor, rank_pct")
    members["year"], values["year"] = (frame["as_of_date"].dt.year for frame in (members, values))
    years = members.groupby(["asset_class", "year"])["as_of_date"].agg(["nunique", "size"])
    found = values.groupby(KEYS).agg(
        n_values=("as_of_date", "size"),
        n_ranks=("rank_pct", "count"),
        first_date=("as_of_date", "min"),
        last_date=("as_of_date", "max"),
    )
    ours = registry().merge(years.reset_index(), on="asset_class")
    ours = ours.merge(found.reset_index(), on=KEYS, how="left")
    counts = ours[["n_values", "n_ranks"]].fillna(0)
    ours = ours.assign(
        n_dates=ours["nunique"],
        mean_members=ours["size"] / ours["nunique"],
        mean_values=counts["n_values"] / ours["nunique"],
        mean_ranks=counts["n_ranks"] / ours["nunique"],
        coverage_share=counts["n_values"] / ours["size"],
    )
    theirs = market.table("factors.factor_catalogue")
    assert theirs["coverage_share"].between(0, 1).all()
    assert (theirs["coverage_share"] == 0).any()
    said = ["family", "direction", "unit", "needs", "paper", "published_year"]
    counted = ["n_dates", "mean_members", "mean_values", "mean_ranks", "coverage_share"]
    columns = [*said, *counted, "first_date", "last_date"]
    assert not disagreements(ours, theirs, KEYS, columns, relative=1e-12)
