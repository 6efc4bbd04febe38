"""The catalogue of factors against the registry file and a count by pandas."""

from __future__ import annotations

import pandas as pd

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market, variables


def test_catalogue_is_the_registry_beside_its_coverage(market: Market):
    members = market.table("factors.cross_section_members", "as_of_date, symbol, asset_class")
    values = market.table("factors.factor_values", "as_of_date, asset_class, factor, rank_pct")
    for frame in (members, values):
        frame["year"] = frame["as_of_date"].dt.year
    rows = []
    for factor in variables()["factors"]:
        for asset_class in factor["asset_classes"]:
            own = values[
                (values["factor"] == factor["name"]) & (values["asset_class"] == asset_class)
            ]
            of_class = members[members["asset_class"] == asset_class]
            for year, in_year in of_class.groupby("year"):
                found = own[own["year"] == year]
                n_dates = in_year["as_of_date"].nunique()
                rows.append(
                    {
                        "factor": factor["name"],
                        "asset_class": asset_class,
                        "year": year,
                        "family": factor["family"],
                        "direction": factor["direction"],
                        "paper": factor["paper"],
                        "unit": factor["unit"],
                        "needs": ", ".join(factor["needs"]),
                        "n_dates": n_dates,
                        "mean_members": len(in_year) / n_dates,
                        "mean_values": len(found) / n_dates,
                        "mean_ranks": found["rank_pct"].notna().sum() / n_dates,
                        "coverage_share": len(found) / len(in_year),
                        "first_date": found["as_of_date"].min(),
                        "last_date": found["as_of_date"].max(),
                    }
                )
    ours = pd.DataFrame(rows)
    keys = ["factor", "asset_class", "year"]
    theirs = market.table("factors.factor_catalogue")
    assert theirs["coverage_share"].between(0, 1).all()
    assert (theirs["coverage_share"] == 0).any()
    columns = [name for name in ours.columns if name not in keys]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-12)
