"""Models that do not work, or are not what they look like, for seeing what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression


class Broken(RegressorMixin, BaseEstimator):
    """Raises when fitted, or predicts what is no number."""

    def __init__(self, how: str) -> None:
        self.how = how

    def fit(self, X: np.ndarray, y: np.ndarray) -> Broken:  # noqa: N803
        """Fit, or raise."""
        if self.how == "raises":
            raise ValueError("nothing can be learned from this\nsecond line")
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Not a number for the first row."""
        return np.where(np.arange(len(X)) == 0, np.nan, 0.0)


def make_model(parameters: Mapping[str, Any], seed: int) -> Broken:
    """An unfitted model that breaks as told."""
    return Broken(**parameters)


class Exponential(LinearRegression):
    """Coefficients of a linear model, but predictions that are not linear in them."""

    def predict(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """A power of e."""
        return np.exp(super().predict(X))
