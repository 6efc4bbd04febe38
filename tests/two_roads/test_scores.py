"""Scores, chosen penalties, metrics and SHAP of ridge against scikit-learn and scipy."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market, variables
from tests.two_roads.scores import (
    explained_rows,
    features,
    fold_metrics,
    linear_shap,
    walk_forward,
)


@pytest.fixture(scope="module")
def folds(market: Market) -> list[dict[str, Any]]:
    ridge = next(one for one in variables()["ml_models"] if one["name"] == "ridge")
    return [
        fold
        for asset_class in ridge["asset_classes"]
        for fold in walk_forward(market, asset_class, ridge)
    ]


def ridge_rows(market: Market, table: str) -> pd.DataFrame:
    rows = market.table(table)
    rows = rows[rows["model"] == "ridge"]
    return rows[~rows["is_overall"]] if "is_overall" in rows else rows


def test_scores_are_scikit_learns(market, folds):
    ours = pd.concat([fold["test"].assign(fold_id=fold["fold_id"]) for fold in folds])
    theirs = ridge_rows(market, "scores.model_scores")
    assert len(theirs)
    assert not disagreements(
        ours,
        theirs,
        ["as_of_date", "symbol"],
        ["fold_id", "model_score"],
        relative=1e-10,
        absolute=1e-12,
    )


def test_parameters_are_chosen_alike(market, folds):
    theirs = ridge_rows(market, "scores.model_metrics")
    chosen = {row.fold_id: json.loads(row.parameters)["alpha"] for row in theirs.itertuples()}
    assert chosen == {fold["fold_id"]: fold["alpha"] for fold in folds}


def test_metrics_are_scipys(market, folds):
    returns = market.table("labels.training_targets", "as_of_date, symbol, fwd_ret")
    rows = [{"fold_id": fold["fold_id"], **fold_metrics(fold, returns)} for fold in folds]
    columns = ["ic", "rank_ic", "r2_oos", "n_dates", "n_train", "n_test"]
    theirs = ridge_rows(market, "scores.model_metrics")
    assert not disagreements(
        pd.DataFrame(rows),
        theirs.assign(n_dates=theirs["n_dates"].fillna(0)),  # no label of the fold has ended yet
        ["fold_id"],
        columns,
        relative=1e-10,
        absolute=1e-10,
    )


def test_no_label_of_a_training_row_ends_after_the_first_test_date(folds):
    for fold in folds:
        assert fold["train"]["label_end_date"].max() <= fold["test"]["as_of_date"].min()


def test_linear_shap_adds_up_and_agrees(market, folds):
    rows = []
    for fold in folds:
        values = linear_shap(fold)
        base = fold["model"].predict(features(fold["train"], fold["factors"])).mean()
        scores = explained_rows(fold)["model_score"]
        assert np.allclose(base + values.sum(axis=1), scores, atol=1e-12)
        for position, factor in enumerate(fold["factors"]):
            of_factor = values[:, position]
            found = (np.abs(of_factor).mean(), of_factor.mean(), len(of_factor))
            rows.append((fold["fold_id"], factor, *found))
    columns = ["fold_id", "factor", "mean_abs_shap", "mean_shap", "n_explained"]
    theirs = ridge_rows(market, "scores.feature_importance")
    assert not disagreements(
        pd.DataFrame(rows, columns=columns),
        theirs,
        columns[:2],
        columns[2:],
        relative=1e-9,
        absolute=1e-12,
    )


def test_sampled_shap_values_are_those_of_their_rows(market, folds):
    ours = []
    for fold in folds:
        rows, factors = explained_rows(fold), fold["factors"]
        base = fold["model"].predict(features(fold["train"], factors)).mean()
        for position, factor in enumerate(factors):
            one = rows[["as_of_date", "symbol"]].assign(factor=factor, fold_id=fold["fold_id"])
            one["feature_value"] = rows[factor]
            one["shap_value"] = linear_shap(fold)[:, position]
            ours.append(one.assign(base_value=base))
    theirs = ridge_rows(market, "scores.shap_values")
    keys = ["fold_id", "as_of_date", "symbol", "factor"]
    sampled = pd.concat(ours).merge(theirs[keys], on=keys)
    assert theirs.groupby("fold_id").size().min() > 1000
    columns = ["feature_value", "shap_value", "base_value"]
    assert not disagreements(sampled, theirs, keys, columns, relative=1e-9, absolute=1e-12)
