"""Random forest, Breiman (2001): XGBoost's, its splits found by histograms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xgboost import XGBRFRegressor


def make_model(parameters: Mapping[str, Any], seed: int) -> XGBRFRegressor:
    """An unfitted model on one thread: the mean of trees, each on a quarter of the rows.

    Trees are as deep as ``min_child_weight`` lets them: it counts the rows of a leaf, and a leaf
    predicts their mean.
    """
    defaults = {
        "subsample": 0.25,
        "max_depth": 0,
        "reg_lambda": 0.0,
        "tree_method": "hist",
        "base_score": 0.0,  # the mean of every cross-section
        "n_jobs": 1,
        "random_state": seed,
    }
    return XGBRFRegressor(**{**defaults, **parameters})
