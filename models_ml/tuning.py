"""Hyper-parameters, chosen inside a training window by purged splits of it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.model_selection import ParameterGrid

from models_ml.estimators import make_estimator
from models_ml.fold_work import Arrays
from models_ml.metrics import mean_rank_ic
from models_ml.processes import on_one_thread


def grid_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The points of a registry row's grid; one empty point where it has none."""
    return list(ParameterGrid(dict(row.get("grid") or {})))


def validate(
    arrays: Arrays,
    fit: np.ndarray,
    test: np.ndarray,
    row: Mapping[str, Any],
    point: Mapping[str, Any],
) -> float:
    """Mean rank IC of a grid point on the test rows of an inner split; NaN where it cannot fit."""
    with on_one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fitted = make_estimator(row, point).fit(arrays.features(fit), arrays.target[fit])
            predicted = np.asarray(fitted.predict(arrays.features(test)), dtype=float)
        except Exception:  # the fit of the fold itself says why
            return float("nan")
    if not np.isfinite(predicted).all():
        return float("nan")
    return mean_rank_ic(arrays.dates[test], predicted, arrays.target[test])


def best_point(rank_ics: np.ndarray) -> tuple[int, list[float | None]]:
    """Position of the best grid point, the first of equals, and each one's mean over the splits.

    Parameters
    ----------
    rank_ics : shape (points, splits); a point with a NaN is not chosen while another has none.
    """
    means = rank_ics.mean(axis=1)
    chosen = int(np.argmax(np.where(np.isnan(means), -np.inf, means)))
    return chosen, [None if np.isnan(mean) else float(mean) for mean in means]
