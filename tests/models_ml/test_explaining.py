"""SHAP values and permutation importance against what is known of a model."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models_ml.explaining import (
    Background,
    boosted_explanation,
    explain,
    linear_explanation,
    permutation_importance,
    sampled_explanation,
    shap_library,
)
from models_ml.metrics import RankTarget
from models_ml.xgboost import make_model

N_FACTORS = 4


class Formula:
    """A fitted model of one's own, of ranks and indicators side by side."""

    def __init__(self, of: Callable[[np.ndarray], np.ndarray]) -> None:
        self.predict = of


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    draws = np.random.default_rng(5)
    ranks = draws.random((240, N_FACTORS)) - 0.5
    is_missing = draws.random((240, N_FACTORS)) < 0.2
    return np.hstack([np.where(is_missing, 0.0, ranks), is_missing.astype(float)])


def learned_from(features: np.ndarray, rows: np.ndarray) -> Background:
    """The rows at some positions, as ranks of which some are missing."""
    is_missing = features[:, N_FACTORS:] > 0
    ranks = np.where(is_missing, np.nan, features[:, :N_FACTORS]).T
    return Background(ranks, rows)


def test_a_background_has_the_means_and_a_sample_of_its_rows(features: np.ndarray) -> None:
    rows = np.arange(7, 220, 2)
    found = learned_from(features, rows)
    found.ranks.setflags(write=False)  # as those that processes share
    assert np.allclose(found.mean, features[rows].mean(axis=0), rtol=0, atol=1e-15)
    assert len(found.sample) == 20
    assert np.array_equal(found.sample[[0, -1]], features[[7, 219]])
    assert np.isnan(found.ranks).any()  # which stay missing


def test_linear_values_are_distances_from_the_means(features: np.ndarray) -> None:
    slopes = np.array([1.0, -2.0, 0.5, 0.0, 0.3, 0.0, -0.1, 0.7])
    model = LinearRegression().fit(features, features @ slopes)
    rows = np.arange(100, 180)
    values, base_value = linear_explanation(model, learned_from(features, rows), features[:5])
    mean = features[rows].mean(axis=0)
    assert np.allclose(values, (features[:5] - mean) * slopes, rtol=0, atol=1e-12)
    assert base_value == pytest.approx(mean @ slopes)


def test_sampled_values_of_a_sum_are_exact(features: np.ndarray) -> None:
    slopes = np.array([1.0, -2.0, 0.5, 0.0, 0.3, 0.0, -0.1, 0.7])
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(features, features @ slopes)
    background = learned_from(features, np.arange(20))
    found = explain(
        model, background, features, N_FACTORS, max_rows=50, max_sampled_rows=30, seed=1
    )
    assert len(found.rows) == 30
    moved = (features[found.rows] - features[:20].mean(axis=0)) * slopes
    expected = moved[:, :N_FACTORS] + moved[:, N_FACTORS:]
    assert np.allclose(found.values, expected, rtol=0, atol=1e-10)
    assert found.base_value == pytest.approx((features[:20] @ slopes).mean())


def test_sampled_values_are_shapleys_on_average(features: np.ndarray) -> None:
    packed = features[:2, :3]
    background = features[100:104, :3]

    def product(rows: np.ndarray) -> np.ndarray:
        return rows[:, 0] * rows[:, 1] + rows[:, 0] * rows[:, 2] ** 2

    model = Formula(lambda rows: product(rows[:, :3]))
    draws = [sampled_explanation(model, background, packed, seed)[0] for seed in range(600)]
    for row, own in enumerate(packed):
        exact = np.zeros(3)
        for order in itertools.permutations(range(3)):
            mixed = background.copy()
            for factor in order:
                before = product(mixed).mean()
                mixed[:, factor] = own[factor]
                exact[factor] += (product(mixed).mean() - before) / math.factorial(3)
        values = np.array([each[row] for each in draws])
        error = values.std(axis=0) / np.sqrt(len(draws))
        assert values.std(axis=0).max() > 0
        assert (np.abs(values.mean(axis=0) - exact) <= 4 * error + 1e-12).all()
        assert np.allclose(values.sum(axis=1), exact.sum(), rtol=0, atol=1e-12)


def test_values_of_boosted_trees_are_shaps(features: np.ndarray) -> None:
    target = features[:, 0] * features[:, 1] + features[:, 2]
    model = make_model({"n_estimators": 20, "max_depth": 3}, seed=1).fit(features, target)
    values, base_value = boosted_explanation(model, features)
    found = shap_library().TreeExplainer(model)(features, check_additivity=False)
    assert np.array_equal(values, found.values)
    assert np.abs(values).max() > 0.05
    assert base_value == pytest.approx(found.base_values[0])


def test_importance_is_the_fall_of_the_rank_correlation(features: np.ndarray) -> None:
    dates = np.repeat(np.arange(6), 40)
    target = features[:, 0] + 0.2 * features[:, 1] + 0.1 * features[:, 5]
    model = Formula(lambda rows: rows[:, 0] + 0.2 * rows[:, 1] + 0.1 * rows[:, 5])
    falls = permutation_importance(model, features, dates, target, N_FACTORS, repeats=3, seed=2)
    assert falls[0] > 0.5 > falls[1] > 0.01
    assert (falls[2:] == 0).all()
    # The first factor alone is known to be 1 less what the others say of the target.
    draws, expected = np.random.default_rng(2), []
    for _ in range(3):
        order = np.concatenate([40 * date + draws.permutation(40) for date in range(6)])
        shuffled = features.copy()
        shuffled[:, [0, 4]] = features[np.ix_(order, [0, 4])]
        predicted = model.predict(shuffled)
        ics = [
            spearmanr(predicted[dates == date], target[dates == date]).statistic
            for date in range(6)
        ]
        expected.append(1 - np.mean(ics))
    assert falls[0] == pytest.approx(np.mean(expected), abs=1e-12)


def test_rank_correlations_are_scipys_with_ties_and_constants() -> None:
    draws = np.random.default_rng(6)
    dates, target = np.repeat([1, 2, 3], 30), draws.integers(0, 8, 90).astype(float)
    predicted = np.stack([draws.integers(0, 5, 90), draws.random(90), np.zeros(90)])
    target[60:] = 1.0  # a date without an order counts 0
    found = RankTarget(dates, target).mean_rank_ics(predicted)
    for row, ic in zip(predicted[:2], found[:2], strict=True):
        known = [spearmanr(row[at : at + 30], target[at : at + 30]).statistic for at in (0, 30)]
        assert ic == pytest.approx(sum(known) / 3, abs=1e-12)
    assert found[2] == 0
