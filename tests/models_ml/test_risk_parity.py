"""Weights of equal risk: equal to rounding, and those of skfolio's solver to its tolerance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models_ml.risk_parity import descended, equal_risk_weights, equal_shares, objective

N_ASSETS = [1, 2, 3, 17, 30, 200]


def scattered(n_assets: int, rng: np.random.Generator) -> np.ndarray:
    """Correlations of noise on twice as many days as assets."""
    return np.atleast_2d(np.corrcoef(rng.normal(size=(n_assets, 2 * n_assets + 2))))


def all_alike(n_assets: int, rng: np.random.Generator) -> np.ndarray:
    """One asset many times, but for a hundred thousandth of a millionth."""
    return np.full((n_assets, n_assets), 1 - 1e-11) + 1e-11 * np.eye(n_assets)


def one_market(n_assets: int, rng: np.random.Generator) -> np.ndarray:
    """One source of risk, and next to nothing of an asset's own."""
    betas = rng.uniform(0.5, 1.5, n_assets)
    return np.outer(betas, betas) + np.diag(rng.uniform(1e-9, 0.1, n_assets))


def hedged_pairs(n_assets: int, rng: np.random.Generator) -> np.ndarray:
    """Every second asset hedges the one before it, but for a ten thousandth."""
    correlation = np.eye(n_assets)
    for first in range(0, n_assets - 1, 2):
        correlation[[first, first + 1], [first + 1, first]] = -1 + 1e-4
    return correlation


def few_sources(n_assets: int, rng: np.random.Generator) -> np.ndarray:
    """Half as many sources of risk as assets, for and against: full steps leave what is above 0."""
    loadings = rng.normal(size=(n_assets, max(1, n_assets // 2)))
    return loadings @ loadings.T + 1e-3 * np.eye(n_assets)


KINDS = [scattered, all_alike, one_market, hedged_pairs, few_sources]


@pytest.mark.parametrize("n_assets", N_ASSETS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_asset_brings_the_same_share_of_the_variance(
    kind: Callable[[int, np.random.Generator], np.ndarray], n_assets: int
) -> None:
    rng = np.random.default_rng(n_assets)
    volatility = 10.0 ** rng.uniform(-6, 1, n_assets)
    covariance = kind(n_assets, rng) * np.outer(volatility, volatility)
    weights = equal_shares(covariance)
    assert (weights > 0).all()
    assert abs(weights.sum() - 1) < 1e-12
    shares = weights * (covariance @ weights) / (weights @ covariance @ weights)
    assert np.abs(shares - 1 / n_assets).max() < 1e-10


@pytest.mark.parametrize(("n_days", "n_assets"), [(60, 2), (252, 17), (30, 60), (252, 200)])
def test_weights_are_those_of_skfolio(n_days: int, n_assets: int) -> None:
    from skfolio.moments import LedoitWolf
    from skfolio.optimization import RiskBudgeting
    from skfolio.prior import EmpiricalPrior

    rng = np.random.default_rng(n_assets)
    market = rng.normal(0, 0.01, (n_days, 1)) * rng.uniform(-1, 2, n_assets)
    own = rng.normal(0, 1, (n_days, n_assets)) * rng.uniform(0.001, 0.1, n_assets)
    returns = market + own
    prior = EmpiricalPrior(covariance_estimator=LedoitWolf())
    theirs = RiskBudgeting(prior_estimator=prior).fit(returns / returns.std())
    assert np.allclose(equal_risk_weights(returns), theirs.weights_, rtol=1e-4, atol=0)
    covariance = theirs.prior_estimator_.return_distribution_.covariance
    assert np.allclose(equal_risk_weights(returns), equal_shares(covariance), rtol=0, atol=1e-14)


def test_a_step_that_would_overshoot_is_halved() -> None:
    correlation = np.array([[1.0, 0.9], [0.9, 1.0]])
    x = np.array([20.0, 0.1])
    gap = correlation @ x - 1 / x
    step = np.linalg.solve(correlation + np.diag(1 / x**2), gap)
    assert (x - step).min() < 0
    nearer = descended(x, step, gap, correlation)
    assert (nearer > 0).all()
    assert objective(nearer, correlation) < objective(x, correlation)


@pytest.mark.parametrize(
    "correlation",
    [[[1.0, -1.0], [-1.0, 1.0]], [[1.0, 2.0], [2.0, 1.0]], [[1.0, np.nan], [np.nan, 1.0]]],
)
def test_assets_without_such_weights_are_refused(correlation: list[list[float]]) -> None:
    with pytest.raises(ArithmeticError, match="2 assets"):
        equal_shares(np.array(correlation))
