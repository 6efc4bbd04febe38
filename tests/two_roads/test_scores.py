"""Scores, chosen penalties, metrics and SHAP of ridge against scikit-learn and scipy."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market, variables
from tests.two_roads.scores import features, fold_metrics, linear_shap, walk_forward


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
    return rows[rows["model"] == "ridge"]


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
        assert np.allclose(base + values.sum(axis=1), fold["test"]["model_score"], atol=1e-12)
        for position, factor in enumerate(fold["factors"]):
            of_factor = values[:, position]
            rows.append((fold["fold_id"], factor, np.abs(of_factor).mean(), of_factor.mean()))
    columns = ["fold_id", "factor", "mean_abs_shap", "mean_shap"]
    theirs = ridge_rows(market, "scores.feature_importance")
    assert not disagreements(
        pd.DataFrame(rows, columns=columns),
        theirs,
        columns[:2],
        columns[2:],
        relative=1e-9,
        absolute=1e-12,
    )
