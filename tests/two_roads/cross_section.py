"""Winsorized values, z-scores, ranks, the matrix and composites: METHODS section 5."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from tests.two_roads.inputs import Market, variables


def with_country(market: Market, values: pd.DataFrame) -> pd.DataFrame:
    """Adds each symbol's country, empty where it has none."""
    universe = market.newest("raw.universe", ["symbol"]).drop_duplicates("symbol")
    countries = dict(zip(universe["symbol"], universe["country"], strict=True))
    country = values["symbol"].map(countries)
    return values.assign(country=country.where(country.notna(), ""))


def standardized(market: Market, raw: pd.DataFrame) -> pd.DataFrame:
    """winsorized_value, z_score, rank_pct and n_names of each finite raw value.

    A cross-section is one date, asset class, country and factor. Fewer than the least number of
    names: no rank and no z-score.
    """
    settings = variables()
    bounds = [100 * settings["winsorize"][side] for side in ("lower", "upper")]
    keys = ["as_of_date", "asset_class", "country", "factor"]
    values = with_country(market, raw).reset_index(drop=True)
    columns = {name: np.full(len(values), np.nan) for name in ("winsorized_value", "z_score")}
    columns |= {name: np.full(len(values), np.nan) for name in ("rank_pct", "n_names")}
    given = values["raw_value"].to_numpy()
    for rows in values.groupby(keys).indices.values():
        section = given[rows]
        clipped = np.clip(section, *np.percentile(section, bounds))
        columns["winsorized_value"][rows] = clipped
        columns["n_names"][rows] = len(rows)
        if len(rows) < settings["min_names"]:
            continue
        columns["rank_pct"][rows] = (rankdata(section) - 0.5) / len(rows)
        spread = clipped.std()
        if spread > 1e-12 * np.abs(clipped).max():  # less is rounding: the values are equal
            columns["z_score"][rows] = (clipped - clipped.mean()) / spread
    return values.assign(**columns)


def matrix(values: pd.DataFrame) -> pd.DataFrame:
    """One row per date and symbol, one column per factor: direction x (rank_pct - 0.5)."""
    signed = values["rank_pct"] - 0.5
    signed *= values["factor"].map(
        {one["name"]: one["direction"] for one in variables()["factors"]}
    )
    return (
        values.assign(signed=signed)
        .pivot(index=["as_of_date", "symbol"], columns="factor", values="signed")
        .reset_index()
    )


def composites(values: pd.DataFrame) -> pd.DataFrame:
    """Per family the mean of its directed z-scores present, and the mean of those families."""
    registry = {one["name"]: one for one in variables()["factors"]}
    values = values.dropna(subset="z_score")
    signed = values["z_score"] * values["factor"].map(
        {name: one["direction"] for name, one in registry.items()}
    )
    family = values["factor"].map({name: one["family"] for name, one in registry.items()})
    keys = ["as_of_date", "symbol"]
    families = (
        values.assign(composite="composite_" + family, composite_value=signed)
        .groupby([*keys, "composite"])["composite_value"]
        .mean()
        .reset_index()
    )
    whole = families.groupby(keys)["composite_value"].mean().reset_index()
    return pd.concat([families, whole.assign(composite="composite")], ignore_index=True)
