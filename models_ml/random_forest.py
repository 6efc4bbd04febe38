"""Random forest: scikit-learn's, each tree on a quarter of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import RandomForestRegressor


def make_model(parameters: Mapping[str, Any], seed: int) -> RandomForestRegressor:
    """An unfitted model on one thread."""
    defaults = {"n_estimators": 100, "max_samples": 0.25, "n_jobs": 1, "random_state": seed}
    return RandomForestRegressor(**{**defaults, **parameters})
