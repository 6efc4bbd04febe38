"""Ordinary least squares: scikit-learn's, on ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.linear_model import LinearRegression


def make_model(parameters: Mapping[str, Any], seed: int) -> LinearRegression:
    """An unfitted model; the solution of least norm where factors depend on each other."""
    return LinearRegression(**parameters)
