"""Why a model scores as it does: SHAP values, and what it loses without a factor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from models_ml.features import by_factor, date_slices, with_indicators
from models_ml.metrics import RankTarget

N_BACKGROUND = 20
MISSING = -2.0  # stands for a missing rank where each factor must be one number; ranks are in +-0.5


@dataclass(frozen=True, eq=False)
class Background:
    """The rows that a model learned from, as far as its explanation rests on them.

    Attributes
    ----------
    ranks : shape (factors, all rows), NaN where missing.
    rows : positions of those learned from.
    """

    ranks: np.ndarray
    rows: np.ndarray

    @cached_property
    def mean(self) -> np.ndarray:
        """Means of the features, shape (2 x factors,); a copy of one factor's rows at a time."""
        parts = [with_indicators([ranks], self.rows).mean(axis=0) for ranks in self.ranks]
        return np.array(parts).T.ravel()

    @property
    def sample(self) -> np.ndarray:
        """Features of an even sample of the rows."""
        chosen = self.rows[even_sample(len(self.rows), N_BACKGROUND)]
        return with_indicators(self.ranks, chosen)


@dataclass(frozen=True)
class Explanation:
    """SHAP values of some rows.

    Attributes
    ----------
    rows : positions of the explained rows among those given.
    values : shape (explained rows, factors); with base_value they add up to the prediction.
    base_value : what a row without any information is predicted to be.
    """

    rows: np.ndarray
    values: np.ndarray
    base_value: float


def explain(
    fitted: Any,
    background: Background,
    features: np.ndarray,
    n_factors: int,
    *,
    max_rows: int,
    max_sampled_rows: int,
    seed: int,
) -> Explanation:
    """SHAP values by factor of an even sample of rows.

    Exact for linear models (coefficient x distance from the training mean) and for trees (Lundberg
    et al. 2020, path-dependent), a rank's and its indicator's values added; of any other model
    estimates, against rows of the training window. All add up to prediction less base value.
    """
    rows = even_sample(len(features), max_rows)
    for exact in (linear_explanation, tree_explanation):
        found = exact(fitted, background, features[rows])
        if found is not None and adds_up(*found, fitted.predict(features[rows])):
            values, base_value = found
            return Explanation(rows, by_factor(values, n_factors), base_value)
    rows = even_sample(len(features), max_sampled_rows)
    values, base_value = sampled_explanation(
        fitted,
        packed_ranks(background.sample, n_factors),
        packed_ranks(features[rows], n_factors),
        seed,
    )
    return Explanation(rows, values, base_value)


def sampled_explanation(
    fitted: Any, background: np.ndarray, packed: np.ndarray, seed: int
) -> tuple[np.ndarray, float]:
    """Estimates of shape (rows, factors) and their base, of any model.

    Factors of a row replace the background's one after the other, in a drawn order and in its
    reverse: what the mean prediction moves by is the factor's (Strumbelj and Kononenko 2014).

    Parameters
    ----------
    background, packed : one number per factor, see `packed_ranks`.
    """
    draws, n_factors = np.random.default_rng(seed), packed.shape[1]
    steps = np.arange(2 * n_factors)[:, None]
    values = np.empty(packed.shape)
    for row, own in enumerate(packed):
        place = draws.permutation(n_factors)
        # The first n_factors + 1 steps take factors in by their place; the rest let them go.
        is_own = np.where(steps <= n_factors, place < steps, place >= steps - n_factors)
        mixed = np.where(is_own[:, None], own, background).reshape(-1, n_factors)
        means = np.ravel(fitted.predict(unpacked(mixed))).reshape(len(steps), -1).mean(axis=1)
        moves = np.diff(means, append=means[0])
        values[row] = (moves[place] - moves[place + n_factors]) / 2
    base_value = float(np.ravel(fitted.predict(unpacked(background))).mean())
    return values, base_value


def linear_explanation(
    fitted: Any, background: Background, features: np.ndarray
) -> tuple[np.ndarray, float] | None:
    """Values of shape (rows, features) and their base, of a model with one coefficient each."""
    coefficients = np.ravel(getattr(fitted, "coef_", ()))
    if len(coefficients) != features.shape[1]:
        return None
    base_value = float(np.ravel(fitted.predict(background.mean[None, :]))[0])
    return (features - background.mean) * coefficients, base_value


def tree_explanation(
    fitted: Any, background: Background, features: np.ndarray
) -> tuple[np.ndarray, float] | None:
    """Values of shape (rows, features) and their base, of trees that XGBoost or shap can read."""
    if isinstance(fitted, Pipeline):  # which shap cannot read, but takes seconds to say so
        return None
    if hasattr(fitted, "get_booster"):
        return boosted_explanation(fitted, features)
    try:
        found = shap_library().TreeExplainer(fitted)(features, check_additivity=False)
    except Exception:  # no trees, or of a kind that shap cannot read: the model is asked instead
        return None
    return found.values.astype(float), float(np.ravel(found.base_values)[0])


def boosted_explanation(fitted: Any, features: np.ndarray) -> tuple[np.ndarray, float]:
    """The same of XGBoost's trees, by XGBoost itself, as shap would."""
    from xgboost import DMatrix

    found = fitted.get_booster().predict(DMatrix(features, nthread=1), pred_contribs=True)
    return found[:, :-1].astype(float), float(found[0, -1])


def adds_up(values: np.ndarray, base_value: float, predicted: np.ndarray) -> bool:
    """Whether values and base are the predictions: a link between the two would show here."""
    if values.ndim != 2 or len(values) != np.size(predicted):
        return False
    return np.allclose(values.sum(axis=1) + base_value, np.ravel(predicted), rtol=1e-6, atol=1e-6)


@cache
def shap_library() -> ModuleType:
    """The library shap, its few loops left to Python: compiling them costs more than it saves."""
    import numba

    before = numba.config.DISABLE_JIT
    numba.config.DISABLE_JIT = 1
    try:
        import shap
    finally:
        numba.config.DISABLE_JIT = before
    return shap


def even_sample(n_rows: int, at_most: int) -> np.ndarray:
    """Positions of up to ``at_most`` rows, evenly spaced from the first to the last."""
    if n_rows <= at_most:
        return np.arange(n_rows)
    return np.linspace(0, n_rows - 1, at_most).round().astype(int)


def packed_ranks(features: np.ndarray, n_factors: int) -> np.ndarray:
    """One number per factor: its rank, or MISSING."""
    return np.where(features[:, n_factors:] > 0, MISSING, features[:, :n_factors])


def unpacked(packed: np.ndarray) -> np.ndarray:
    """The features of `models_ml.features.design_matrix` from one number per factor."""
    is_missing = packed == MISSING
    return np.hstack([np.where(is_missing, 0.0, packed), is_missing.astype(float)])


def permutation_importance(
    fitted: Any,
    features: np.ndarray,
    dates: np.ndarray,
    target: np.ndarray,
    n_factors: int,
    *,
    repeats: int,
    seed: int,
) -> np.ndarray:
    """Fall of the mean rank IC when a factor is shuffled within its dates, shape (factors,).

    Breiman (2001), with rank and indicator of a factor moved together. NaN without rows or repeats.
    """
    if not len(features) or not repeats:
        return np.full(n_factors, np.nan)
    known = RankTarget(dates, target)
    predicted = np.empty((n_factors + 1, len(features)))
    predicted[-1] = np.ravel(fitted.predict(features))
    draws, falls, shuffled = np.random.default_rng(seed), np.zeros(n_factors), features.copy()
    for _ in range(repeats):
        order = np.concatenate(
            [rows.start + draws.permutation(rows.stop - rows.start) for rows in date_slices(dates)]
        )
        for position in range(n_factors):
            columns = [position, position + n_factors]
            shuffled[:, columns] = features[np.ix_(order, columns)]
            predicted[position] = np.ravel(fitted.predict(shuffled))
            shuffled[:, columns] = features[:, columns]
        rank_ics = known.mean_rank_ics(predicted)
        falls += rank_ics[-1] - rank_ics[:-1]
    return falls / repeats
