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

    def mean_rank_ic(self, predicted: np.ndarray) -> float:
        """Spearman correlation by date, averaged; a date on which either is constant counts 0."""
        correlations = [
            correlation(centred_ranks(predicted[rows]), ranks)
            for rows, ranks in zip(self.slices, self.ranks, strict=True)
        ]
        return float(np.mean(correlations)) if correlations else float("nan")


def mean_rank_ic(dates: np.ndarray, predicted: np.ndarray, target: np.ndarray) -> float:
    """Spearman correlation by date, averaged; rows stand in the order of their dates."""
    return RankTarget(dates, target).mean_rank_ic(predicted)


def centred_ranks(values: np.ndarray) -> np.ndarray:
    """Average ranks less their mean."""
    ranks = rankdata(values)
    return ranks - ranks.mean()


def correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Correlation of two centred series; 0 where either is constant."""
    norm = np.sqrt((left**2).sum() * (right**2).sum())
    return float((left * right).sum() / norm) if norm > 0 else 0.0
