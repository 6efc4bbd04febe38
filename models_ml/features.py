"""From the factor matrix to what a model reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def design_matrix(panel: pd.DataFrame, factors: Sequence[str]) -> np.ndarray:
    """Features of shape (rows, 2 x factors): each directed rank, then an indicator of its absence.

    A missing rank is 0, the middle of its cross-section.
    """
    ranks = panel[list(factors)].to_numpy(dtype=float)
    is_missing = np.isnan(ranks)
    return np.hstack([np.where(is_missing, 0.0, ranks), is_missing.astype(float)])


def by_factor(values: np.ndarray, n_factors: int) -> np.ndarray:
    """SHAP values of shape (rows, factors): a rank's and its indicator's contributions added."""
    return values[:, :n_factors] + values[:, n_factors:]
