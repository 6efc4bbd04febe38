"""A forest asked tree by tree against scikit-learn's own prediction."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from models_ml.random_forest import make_model


def test_predictions_are_scikit_learns_to_the_last_bit() -> None:
    draws = np.random.default_rng(3)
    features = draws.random((400, 6)) - 0.5
    target = features[:, 0] * features[:, 1] + draws.normal(0, 0.1, 400)
    fitted = make_model({"n_estimators": 30, "min_samples_leaf": 5}, seed=7).fit(features, target)
    rows = draws.random((150, 6)) - 0.5
    assert np.array_equal(fitted.predict(rows), RandomForestRegressor.predict(fitted, rows))
    assert np.ptp(fitted.predict(rows)) > 0


def test_a_row_is_predicted_alike_alone_and_among_others() -> None:
    draws = np.random.default_rng(4)
    features = draws.random((200, 4))
    fitted = make_model({"n_estimators": 20}, seed=1).fit(features, features.sum(axis=1))
    alone = [fitted.predict(features[[place]])[0] for place in range(50)]
    assert np.array_equal(fitted.predict(features[:50]), alone)
