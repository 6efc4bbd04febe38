"""Fama-MacBeth slopes date by date with pandas and statsmodels: METHODS section 11."""

from __future__ import annotations

import pandas as pd
import statsmodels.api as sm

from tests.two_roads.inputs import Market, variables


def period_ends(market: Market, asset_class: str) -> list[pd.Timestamp]:
    """The last session of every ISO week among the factor dates of a class."""
    dates = market.table("factors.factor_dates")
    own = dates[dates["asset_class"] == asset_class].drop_duplicates("as_of_date")
    return sorted(own[own["is_week_end"].astype(bool)]["as_of_date"])


def labels(market: Market, asset_class: str) -> pd.DataFrame:
    """as_of_date, symbol, fwd_ret over the week after each week end of a class."""
    week = variables()["sessions"][asset_class]["week"]
    rows = market.table(
        "labels.forward_returns", "as_of_date, symbol, asset_class, horizon, fwd_ret"
    )
    of_class = rows[(rows["asset_class"] == asset_class) & (rows["horizon"] == week)]
    kept = of_class["as_of_date"].isin(period_ends(market, asset_class))
    return of_class[kept][["as_of_date", "symbol", "fwd_ret"]]


def by_statsmodels(section: pd.DataFrame, regressors: list[str]) -> pd.Series:
    """Slopes of fwd_ret on the regressors and an intercept."""
    explaining = sm.add_constant(section[regressors], has_constant="add")
    return sm.OLS(section["fwd_ret"], explaining).fit().params.rename({"const": "intercept"})


def directed_scores(market: Market, asset_class: str) -> pd.DataFrame:
    """as_of_date, symbol, factor, directed z_score and fwd_ret, where both are known."""
    registry = [one for one in variables()["factors"] if asset_class in one["asset_classes"]]
    direction = {one["name"]: one["direction"] for one in registry}
    scores = market.table(
        "factors.factor_values", "as_of_date, symbol, asset_class, factor, z_score"
    )
    scores = scores[scores["asset_class"] == asset_class].dropna(subset="z_score")
    scores["z_score"] *= scores["factor"].map(direction)
    paired = scores.merge(labels(market, asset_class), on=["as_of_date", "symbol"])
    n_names = paired.groupby(["as_of_date", "factor"])["symbol"].transform("size")
    return paired[n_names > 1 + variables()["min_names"]]


def alone(market: Market, asset_class: str) -> pd.DataFrame:
    """Per date and factor the slope on that factor's directed z-score: covariance / variance."""
    paired = directed_scores(market, asset_class)
    sections = paired.groupby(["as_of_date", "factor"])
    score, label = (
        paired[name] - sections[name].transform("mean") for name in ("z_score", "fwd_ret")
    )
    sums = paired.assign(product=score * label, square=score**2, n_names=1)
    sums = sums.groupby(["as_of_date", "factor"])[["product", "square", "n_names"]].sum()
    slopes = sums.assign(slope=sums["product"] / sums["square"], specification="alone")
    slopes = slopes.reset_index().rename(columns={"factor": "regressor"})
    return slopes.assign(asset_class=asset_class).drop(columns=["product", "square"])


def alone_by_statsmodels(market: Market, asset_class: str, every: int) -> pd.DataFrame:
    """The same on every so many dates."""
    paired = directed_scores(market, asset_class)
    days = sorted(paired["as_of_date"].unique())[::every]
    sections = paired[paired["as_of_date"].isin(days)].groupby(["as_of_date", "factor"])
    rows = [
        (day, "alone", factor, by_statsmodels(own, ["z_score"])["z_score"], len(own))
        for (day, factor), own in sections
    ]
    return frame(rows, asset_class)


def joint(market: Market, asset_class: str) -> pd.DataFrame:
    """Per date the slopes on all family composites at once, a missing one at 0."""
    values = market.table("factors.composite_values")
    values = values[(values["asset_class"] == asset_class) & (values["composite"] != "composite")]
    wide = values.pivot(
        index=["as_of_date", "symbol"], columns="composite", values="composite_value"
    )
    paired = wide.reset_index().merge(labels(market, asset_class), on=["as_of_date", "symbol"])
    rows = []
    for day, section in paired.groupby("as_of_date"):
        known = [name for name in wide.columns if section[name].notna().any()]
        if len(section) > len(known) + variables()["min_names"]:
            slopes = by_statsmodels(section.fillna(dict.fromkeys(known, 0.0)), known)
            rows += [(day, "joint", name, slope, len(section)) for name, slope in slopes.items()]
    return frame(rows, asset_class)


def frame(rows: list[tuple], asset_class: str) -> pd.DataFrame:
    """The rows with the columns of analysis.cross_sectional_slopes."""
    columns = ["as_of_date", "specification", "regressor", "slope", "n_names"]
    found = pd.DataFrame(rows, columns=columns).assign(asset_class=asset_class)
    return found.astype({"as_of_date": "datetime64[us]"})


def exposure(slopes: pd.Series, bandwidth: int) -> tuple[float, float, float]:
    """Mean, HAC t (Bartlett kernel) and share above 0 of one series of slopes."""
    constant = [1.0] * len(slopes)
    fit = sm.OLS(slopes.to_numpy(), constant).fit(
        cov_type="HAC", cov_kwds={"maxlags": bandwidth - 1, "use_correction": False}
    )
    return float(fit.params[0]), float(fit.tvalues[0]), float((slopes > 0).mean())
