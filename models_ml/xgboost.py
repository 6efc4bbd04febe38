"""Gradient-boosted trees: XGBoost's, by histograms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xgboost import XGBRegressor


def make_model(parameters: Mapping[str, Any], seed: int) -> XGBRegressor:
    """An unfitted model on one thread; its base is 0, the mean of every cross-section."""
    defaults = {"tree_method": "hist", "base_score": 0.0, "n_jobs": 1, "random_state": seed}
    return XGBRegressor(**{**defaults, **parameters})
