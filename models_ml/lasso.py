"""Lasso: scikit-learn's coordinate descent, on ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.linear_model import Lasso


def make_model(parameters: Mapping[str, Any], seed: int) -> Lasso:
    """An unfitted model; coordinates are visited in their order, so the seed changes nothing."""
    defaults = {"max_iter": 5000, "selection": "cyclic", "random_state": seed}
    return Lasso(**{**defaults, **parameters})
