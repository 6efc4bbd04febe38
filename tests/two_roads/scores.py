"""Ridge again, walk forward, with scikit-learn alone: METHODS section 7."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import pearsonr, spearmanr
from sklearn.linear_model import Ridge

from tests.two_roads.inputs import Market, variables


def panel_of(market: Market, asset_class: str) -> tuple[pd.DataFrame, list[str]]:
    """Ranks, target and label end of every name and date of a class; and the rank columns."""
    factors = [one["name"] for one in variables()["factors"] if asset_class in one["asset_classes"]]
    matrix = market.table("factors.factor_matrix")
    matrix = matrix[matrix["asset_class"] == asset_class]
    targets = market.table("labels.training_targets")[
        ["as_of_date", "symbol", "target_rank", "label_end_date"]
    ]
    dates = market.table("factors.factor_dates")
    ends = dates[(dates["asset_class"] == asset_class) & dates["is_month_end"].astype(bool)]
    panel = matrix.merge(targets, on=["as_of_date", "symbol"], how="left")
    panel["is_month_end"] = panel["as_of_date"].isin(ends["as_of_date"])
    return panel.sort_values(["as_of_date", "symbol"], ignore_index=True), factors


def features(panel: pd.DataFrame, factors: list[str]) -> np.ndarray:
    """Each rank, 0 where missing; then an indicator of each missing rank."""
    ranks = panel[factors]
    return np.column_stack([ranks.fillna(0.0).to_numpy(), ranks.isna().to_numpy(dtype=float)])


def known_rows(panel: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The month-end rows whose labels had ended at the decision instant of a day, embargo off."""
    settings = variables()["walk_forward"]
    ended_by = day - datetime.timedelta(days=settings["embargo_days"])
    rows = panel[panel["is_month_end"] & panel["target_rank"].notna() & (panel["as_of_date"] < day)]
    rows = rows[rows["label_end_date"] <= ended_by]
    if settings["window"] == "rolling":
        rows = rows[rows["as_of_date"] >= day - pd.DateOffset(years=settings["rolling_years"])]
    return rows


def choose_alpha(train: pd.DataFrame, factors: list[str], alphas: list[float]) -> float:
    """The penalty with the best mean rank correlation over purged, time-ordered inner folds."""
    n_folds = variables()["walk_forward"]["inner_folds"]
    blocks = np.array_split(np.sort(train["as_of_date"].unique()), n_folds + 1)
    best, best_ic = alphas[0], -np.inf
    for alpha in alphas:
        ics = []
        for block in blocks[1:]:
            first, last = pd.Timestamp(block[0]), pd.Timestamp(block[-1])
            fit = train[(train["as_of_date"] < first) & (train["label_end_date"] <= first)]
            check = train[(train["as_of_date"] >= first) & (train["as_of_date"] <= last)]
            if fit.empty or check.empty:
                continue
            model = Ridge(alpha=alpha).fit(features(fit, factors), fit["target_rank"])
            scored = check.assign(score=model.predict(features(check, factors)))
            by_date = [
                rank_correlation(rows["score"], rows["target_rank"])
                for _, rows in scored.groupby("as_of_date")
            ]
            ics.append(np.mean(by_date))
        if ics and np.mean(ics) > best_ic:
            best, best_ic = alpha, np.mean(ics)
    return best


def rank_correlation(left: pd.Series, right: pd.Series) -> float:
    """Spearman's, 0 where either side is constant."""
    if left.nunique() < 2 or right.nunique() < 2:
        return 0.0
    return float(spearmanr(left, right).statistic)


def walk_forward(
    market: Market, asset_class: str, registered: dict[str, Any]
) -> list[dict[str, Any]]:
    """One entry per fold: alpha, the fitted model, its training rows and its scored test rows."""
    settings = variables()["walk_forward"]
    panel, factors = panel_of(market, asset_class)
    folds, alpha = [], None
    for year in sorted(panel["as_of_date"].dt.year.unique()):
        test = panel[panel["as_of_date"].dt.year == year]
        train = known_rows(panel, test["as_of_date"].min())
        if train["as_of_date"].nunique() < settings["min_train_months"]:
            continue
        if len(folds) % settings["retune_every"] == 0:
            alpha = choose_alpha(train, factors, registered["grid"]["alpha"])
        model = Ridge(alpha=alpha).fit(features(train, factors), train["target_rank"])
        scored = test.assign(model_score=model.predict(features(test, factors)))
        folds.append(
            {
                "fold_id": f"{asset_class}_{year}",
                "alpha": alpha,
                "model": model,
                "factors": factors,
                "train": train,
                "test": scored,
            }
        )
    return folds


def fold_metrics(fold: dict[str, Any], returns: pd.DataFrame) -> dict[str, float]:
    """ic, rank_ic (by date, averaged) and r2 against a zero forecast, on the fold's month ends."""
    rows = fold["test"].merge(returns, on=["as_of_date", "symbol"])
    rows = rows[rows["is_month_end"] & rows["target_rank"].notna()]
    ics, rank_ics = [], []
    for _, day in rows.groupby("as_of_date"):
        ics.append(pearsonr(day["model_score"], day["fwd_ret"]).statistic)
        rank_ics.append(spearmanr(day["model_score"], day["fwd_ret"]).statistic)
    missed = ((rows["target_rank"] - rows["model_score"]) ** 2).sum()
    return {
        "ic": np.mean(ics),
        "rank_ic": np.mean(rank_ics),
        "r2_oos": 1 - missed / (rows["target_rank"] ** 2).sum(),
        "n_dates": rows["as_of_date"].nunique(),
        "n_test": len(rows),
        "n_train": len(fold["train"]),
    }


def explained_rows(fold: dict[str, Any]) -> pd.DataFrame:
    """The test rows of month ends; all of them in a fold without one."""
    is_asked = fold["test"]["is_month_end"]
    return fold["test"][is_asked] if is_asked.any() else fold["test"]


def linear_shap(fold: dict[str, Any]) -> np.ndarray:
    """coef x (x - its mean in training), shape (explained rows, factors): rank and indicator."""
    train = features(fold["train"], fold["factors"])
    test = features(explained_rows(fold), fold["factors"])
    parts = (test - train.mean(axis=0)) * fold["model"].coef_
    n_factors = len(fold["factors"])
    return parts[:, :n_factors] + parts[:, n_factors:]
