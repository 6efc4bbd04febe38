"""From the factor matrix to what a model reads."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

UNLEARNABLE = ("missing in all", "the same in all")


def design_matrix(panel: pd.DataFrame, factors: Sequence[str]) -> np.ndarray:
    """Features of shape (rows, 2 x factors): each directed rank, then an indicator of its absence.

    A missing rank is 0, the middle of its cross-section.
    """
    ranks = [panel[factor].to_numpy(dtype=float) for factor in factors]
    return with_indicators(ranks, np.arange(len(panel)))


def with_indicators(ranks: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The same from the ranks of each factor, of the rows at some positions."""
    features = np.empty((len(rows), 2 * len(ranks)))
    for place, column in enumerate(ranks):
        own = column[rows]
        is_missing = np.isnan(own)
        features[:, place] = np.where(is_missing, 0, own)
        features[:, len(ranks) + place] = is_missing
    return features


def by_factor(values: np.ndarray, n_factors: int) -> np.ndarray:
    """SHAP values of shape (rows, factors): a rank's and its indicator's contributions added."""
    return values[:, :n_factors] + values[:, n_factors:]


def date_slices(dates: np.ndarray) -> list[slice]:
    """The rows of each date, of rows that stand in the order of their dates."""
    if not len(dates):
        return []
    cuts = np.flatnonzero(dates[1:] != dates[:-1]) + 1
    bounds = [0, *cuts.tolist(), len(dates)]
    return [slice(first, last) for first, last in itertools.pairwise(bounds)]


def unlearnable_factors(features: np.ndarray, factors: Sequence[str]) -> Iterable[str]:
    """A sentence on the factors that are missing, or the same, in every row to learn from.

    Each begins with one of `UNLEARNABLE`.
    """
    n_factors = len(factors)
    ranks, is_missing = features[:, :n_factors], features[:, n_factors:] > 0
    missing = is_missing.all(axis=0)
    lowest = np.where(is_missing, np.inf, ranks).min(axis=0)
    highest = np.where(is_missing, -np.inf, ranks).max(axis=0)
    constant = ~missing & (lowest == highest)
    for said, chosen in zip(UNLEARNABLE, (missing, constant), strict=True):
        if chosen.any():
            named = ", ".join(name for name, is_so in zip(factors, chosen, strict=True) if is_so)
            yield f"{said} training rows: {named}"
