"""How scores did, by fold and overall: METHODS sections 7 and 11, with pandas and scipy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from statsmodels.regression.linear_model import OLS

from tests.two_roads.inputs import Market, variables
from tests.two_roads.premia import mean_test

UNTRAINED = ("ensemble", "composite")
DAY = ["model", "asset_class", "fold_id", "as_of_date"]
Rows = list[dict[str, object]]


def ensemble(market: Market) -> pd.DataFrame:
    """Mean of the members' z-scores by date and class; members are all but the pooled models."""
    rows = market.table("scores.model_scores")
    registry = {one["name"]: one for one in variables()["ml_models"]}
    members = [
        name
        for name, one in registry.items()
        if one.get("in_ensemble", True) and not one.get("pooled", False)
    ]
    rows = rows[rows["model"].isin(members)]
    groups = rows.groupby(["model", "asset_class", "as_of_date"])["model_score"]
    spread = groups.transform(lambda scores: np.std(scores))
    rows = rows.assign(z=(rows["model_score"] - groups.transform("mean")) / spread)
    rows = rows[spread > 1e-12]
    keys = ["as_of_date", "symbol", "asset_class", "fold_id"]
    return rows.groupby(keys)["z"].mean().rename("model_score").reset_index()


def judged(market: Market) -> pd.DataFrame:
    """Every score of a month end, the composite's on the dates of folds too, with its label."""
    scores = market.table("scores.model_scores")
    composites = market.table("factors.composite_values")
    composites = composites[composites["composite"] == "composite"]
    folds = scores[["asset_class", "as_of_date", "fold_id"]].drop_duplicates()
    composites = composites.merge(folds, on=["asset_class", "as_of_date"]).assign(
        model="composite", model_score=lambda rows: rows["composite_value"]
    )
    dates = market.table("factors.factor_dates")
    ends = dates[dates["is_month_end"].astype(bool)][["as_of_date", "asset_class"]]
    labels = market.table("labels.training_targets", "as_of_date, symbol, fwd_ret, target_rank")
    columns = [*DAY, "symbol", "model_score"]
    return (
        pd.concat([scores[columns], composites[columns]])
        .merge(ends.drop_duplicates())
        .merge(labels.dropna(), on=["as_of_date", "symbol"])
    )


def by_date(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per model and month end with names enough: ic, rank_ic, errors, top fifth, spread."""
    found = []
    for key, day in rows.groupby(DAY):
        if len(day) < variables()["min_names"]:
            continue
        score, label, target = day["model_score"], day["fwd_ret"], day["target_rank"]
        varies = score.nunique() > 1 and label.nunique() > 1
        fifth = pd.qcut(score, 5, labels=False, duplicates="drop") if varies else None
        edges = np.quantile(score, np.linspace(0, 1, 6))
        top, bottom = score > edges[4], score <= edges[1]
        if varies and len(np.unique(edges)) == 6:
            assert (top == (fifth == 4)).all()
            assert (bottom == (fifth == 0)).all()
        forecasts = key[0] not in UNTRAINED
        found.append(
            {
                **dict(zip(DAY, key, strict=True)),
                "ic": np.corrcoef(score, label)[0, 1] if varies else math.nan,
                "rank_ic": spearmanr(score, label).statistic if varies else math.nan,
                "squared_error": ((target - score) ** 2).sum() if forecasts else math.nan,
                "squared_target": (target**2).sum(),
                "hit_rate_top_fifth": (target[top] > 0).mean() if top.any() else math.nan,
                "spread_top_bottom": label[top].mean() - label[bottom].mean(),
                "n_names": len(day),
            }
        )
    return pd.DataFrame(found)


def tested(values: pd.Series, name: str, overlap: int) -> dict[str, float]:
    """Mean, HAC error, t, critical value and p of a monthly series, missing values apart."""
    values = values.dropna()
    if values.empty:
        return dict.fromkeys((name, f"{name}_se", f"{name}_t_stat"), math.nan)
    if len(values) == 1:
        return {name: values.iloc[0]} | dict.fromkeys((f"{name}_se", f"{name}_t_stat"), math.nan)
    found = mean_test(values, np.ones((len(values), 1)), overlap)
    t = found["t_stat"]
    return {
        name: found["mean"],
        f"{name}_se": found["mean"] / t,
        f"{name}_t_stat": t,
        f"{name}_critical_value": found["critical_value"],
        f"{name}_p_value": found["p_value"],
    }


def metrics(days: pd.DataFrame) -> pd.DataFrame:
    """One row per model and fold, and one per model and class over all its folds."""
    bar = days[days["model"] == "composite"].set_index(["asset_class", "as_of_date"])["rank_ic"]
    found: Rows = []
    overall = days.assign(fold_id=days["asset_class"] + "_all")
    for (model, asset_class, fold_id), own in pd.concat([days, overall]).groupby(DAY[:3]):
        own = own.sort_values("as_of_date").set_index(["asset_class", "as_of_date"])
        horizon = variables()["walk_forward"]["horizon"][asset_class]
        overlap = math.ceil(horizon / variables()["sessions"][asset_class]["month"])
        over = own["rank_ic"] - bar.reindex(own.index)
        if model == "composite":
            over = over * math.nan
        missed = own["squared_error"].sum(skipna=False)
        spread = tested(own["spread_top_bottom"].droplevel(0), "spread", overlap)
        found.append(
            {
                "model": model,
                "fold_id": fold_id,
                "ic": own["ic"].mean(),
                **tested(own["rank_ic"].droplevel(0), "rank_ic", overlap),
                **tested(over.droplevel(0), "rank_ic_over_composite", overlap),
                **spread,
                "spread_top_bottom": spread["spread"],
                "r2_oos": 1 - missed / own["squared_target"].sum(),
                "hit_rate_top_fifth": own["hit_rate_top_fifth"].mean(),
                "n_dates": len(own),
                "n_ranked_dates": own["rank_ic"].count(),
                "n_test": own["n_names"].sum(),
            }
        )
    return pd.DataFrame(found)


def diagnostics(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per model, class and tenth by score within its date; bin 0 is all rows."""
    day = rows.groupby(["model", "asset_class", "as_of_date"])["model_score"]
    place = 10 * (day.rank(method="min") - 1) / (day.transform("size") - 1)
    bins = np.maximum(1, np.ceil(place.round(9))).astype(int)
    rows = pd.concat([rows.assign(bin=bins), rows.assign(bin=0)])
    forecasts = ~rows["model"].isin(UNTRAINED)
    rows["residual"] = (rows["target_rank"] - rows["model_score"]).where(forecasts)
    found = rows.groupby(["model", "asset_class", "bin"], as_index=False).agg(
        n_rows=("symbol", "size"),
        mean_score=("model_score", "mean"),
        mean_target=("target_rank", "mean"),
        mean_fwd_ret=("fwd_ret", "mean"),
        mean_residual=("residual", "mean"),
        std_residual=("residual", "std"),
    )
    lines = []
    for key, own in rows[(rows["bin"] == 0) & forecasts].groupby(["model", "asset_class"]):
        slope, intercept = np.polyfit(own["model_score"], own["target_rank"], 1)
        regressors = np.column_stack([np.ones(len(own)), own["model_score"]])
        dates = own["as_of_date"].factorize()[0]
        fit = OLS(own["target_rank"].to_numpy(), regressors).fit(
            cov_type="cluster", cov_kwds={"groups": dates}
        )
        lines.append((*key, 0, slope, intercept, fit.bse[1]))
    columns = ["calibration_slope", "calibration_intercept", "calibration_slope_se"]
    line = pd.DataFrame(lines, columns=["model", "asset_class", "bin", *columns])
    return found.merge(line, on=["model", "asset_class", "bin"], how="left")
