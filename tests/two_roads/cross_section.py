"""Winsorized values, z-scores, ranks, the matrix and composites: METHODS section 5."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import rankdata

from tests.two_roads.inputs import Market, variables


def with_places(market: Market, values: pd.DataFrame) -> pd.DataFrame:
    """Adds each symbol's country and sector, empty where it has none."""
    universe = market.newest("raw.universe", ["symbol"]).drop_duplicates("symbol")
    universe = universe.set_index("symbol")[["country", "sector"]].fillna("")
    return values.join(universe, on="symbol")


def with_log_cap(values: pd.DataFrame) -> pd.DataFrame:
    """Adds the raw size of each date and symbol; NaN where it has none."""
    sizes = values.loc[values["factor"] == "size", ["as_of_date", "symbol", "raw_value"]]
    sizes = sizes.rename(columns={"raw_value": "log_cap"})
    return values.merge(sizes, on=["as_of_date", "symbol"], how="left", validate="m:1")


def left_over(values: np.ndarray, names: pd.DataFrame, neutralize: str) -> np.ndarray:
    """Residuals of least squares on the dummies of the sectors, and on size where asked.

    A name whose size is not known is left out: NaN. Where the regressors leave nothing but
    rounding, nothing is left: 0.
    """
    if neutralize == "none":
        return values
    regressors = pd.get_dummies(names["sector"], dtype=float)
    regressors = regressors.loc[:, regressors.any()]
    if neutralize == "size_and_sector":
        regressors["log_cap"] = names["log_cap"] - names["log_cap"].mean()
    known = regressors.notna().all(axis=1).to_numpy()
    found = np.full(len(values), np.nan)
    if known.any():
        fitted = sm.OLS(values[known], regressors[known].to_numpy()).fit()
        spread = np.ptp(values[known])
        found[known] = np.where(np.abs(fitted.resid) > 1e-9 * spread, fitted.resid, 0)
    return found


def standardized(
    market: Market, raw: pd.DataFrame, neutralize: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """winsorized_value, neutralized_value, z_score, rank_pct and n_names of each finite raw value.

    A cross-section is one date, asset class, country and factor. Fewer than the least number of
    names: no rank and no z-score. ``neutralize``: by factor, where not as registered.
    """
    settings = variables()
    registered = {one["name"]: one.get("neutralize", "none") for one in settings["factors"]}
    how = registered | dict(neutralize or {})
    bounds = [100 * settings["winsorize"][side] for side in ("lower", "upper")]
    keys = ["as_of_date", "asset_class", "country", "factor"]
    values = with_log_cap(with_places(market, raw)).reset_index(drop=True)
    names = ["winsorized_value", "neutralized_value", "z_score", "rank_pct", "n_names"]
    columns = {name: np.full(len(values), np.nan) for name in names}
    given = values["raw_value"].to_numpy()
    for (*_, factor), rows in values.groupby(keys).indices.items():
        section = given[rows]
        clipped = np.clip(section, *np.percentile(section, bounds))
        columns["winsorized_value"][rows] = clipped
        left = clipped
        if how[factor] != "none":
            left = section = left_over(clipped, values.iloc[rows], how[factor])
        columns["neutralized_value"][rows] = left
        n_names = np.isfinite(left).sum()
        columns["n_names"][rows] = n_names
        if n_names < settings["min_names"]:
            continue
        columns["rank_pct"][rows] = (rankdata(section, nan_policy="omit") - 0.5) / n_names
        spread = np.nanstd(left)
        if spread > 1e-12 * np.abs(clipped).max():  # less is rounding: the values are equal
            columns["z_score"][rows] = (left - np.nanmean(left)) / spread
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
