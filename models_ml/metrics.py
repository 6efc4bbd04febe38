"""How well predictions rank what came."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from models_ml.features import date_slices


class RankTarget:
    """Targets of rows in the order of their dates, ranked once for many predictions."""

    def __init__(self, dates: np.ndarray, target: np.ndarray) -> None:
        self.slices = date_slices(dates)
        self.ranks = [centred_ranks(target[rows]) for rows in self.slices]

    def mean_rank_ics(self, predicted: np.ndarray) -> np.ndarray:
        """Spearman correlation by date, averaged, of each prediction, shape (predictions,).

        A date on which prediction or target is constant counts 0; NaN without dates.

        Parameters
        ----------
        predicted : shape (predictions, rows).
        """
        if not self.slices:
            return np.full(len(predicted), np.nan)
        correlations = [
            correlation(centred_ranks(predicted[:, rows]), ranks)
            for rows, ranks in zip(self.slices, self.ranks, strict=True)
        ]
        return np.mean(correlations, axis=0)


def mean_rank_ic(dates: np.ndarray, predicted: np.ndarray, target: np.ndarray) -> float:
    """Spearman correlation by date, averaged; rows stand in the order of their dates."""
    return float(RankTarget(dates, target).mean_rank_ics(predicted[None, :])[0])


def centred_ranks(values: np.ndarray) -> np.ndarray:
    """Average ranks along the last axis, less their mean."""
    ranks = rankdata(values, axis=-1)
    return ranks - ranks.mean(axis=-1, keepdims=True)


def correlation(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Correlations of centred rows with a centred series; 0 where either is constant."""
    norms = np.sqrt((left**2).sum(axis=-1) * (right**2).sum())
    return np.divide(left @ right, norms, out=np.zeros_like(norms), where=norms > 0)
