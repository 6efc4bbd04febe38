"""The forest against scikit-learn's trees and forest."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor

from models_ml.random_forest import make_model


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Features of fewer values than a histogram has bins, and a target with an interaction."""
    draws = np.random.default_rng(3)
    features = draws.integers(-50, 51, size=(3000, 6)) / 100
    return features, features[:, 0] + 3 * features[:, 1] * features[:, 2] + draws.normal(size=3000)


@pytest.mark.parametrize("least", [20, 200])
def test_a_tree_on_all_rows_and_features_is_scikit_learns(
    drawn: tuple[np.ndarray, np.ndarray], least: int
) -> None:
    features, target = drawn
    whole = {"n_estimators": 1, "subsample": 1.0, "colsample_bynode": 1.0}
    ours = make_model({**whole, "min_child_weight": least}, seed=7).fit(features, target)
    theirs = DecisionTreeRegressor(min_samples_leaf=least, random_state=7).fit(features, target)
    assert len(np.unique(theirs.predict(features))) > 5
    assert np.allclose(ours.predict(features), theirs.predict(features), rtol=0, atol=1e-5)


def test_a_forest_predicts_as_scikit_learns_does(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    features, target = drawn
    shared = {"n_estimators": 200}
    parameters = {**shared, "colsample_bynode": 0.5, "min_child_weight": 20}
    ours = make_model(parameters, seed=7).fit(features, target).predict(features)
    theirs = RandomForestRegressor(
        **shared, max_features=0.5, max_samples=0.25, min_samples_leaf=20, random_state=7
    )
    theirs = theirs.fit(features, target).predict(features)
    assert spearmanr(ours, theirs).statistic > 0.98
    assert np.polyfit(theirs, ours, 1)[0] == pytest.approx(1, abs=0.1)
    other = make_model(parameters, seed=8).fit(features, target).predict(features)
    assert not np.array_equal(ours, other)
    assert np.abs(ours - theirs).mean() < 1.5 * np.abs(ours - other).mean()
