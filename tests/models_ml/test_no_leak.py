"""Nothing can be learned from noise; without the purge, something would be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models_ml.label_spans import LabelSpans
from tests.models_ml.noise import ONE_FOLD, REGISTRY, SHORT, rank_ics, small, t_statistics

N_SEEDS = 50
N_BROKEN = 15  # seeds are enough to see a leak
N_VALIDATED = 25
RIDGE = next(row for row in REGISTRY if row["name"] == "ridge")


def without_purge(spans: LabelSpans, first: np.datetime64, embargo_days: int) -> np.ndarray:
    """Every row before the first test date, whether or not its label had ended."""
    return spans.is_trainable & (spans.as_of_dates < first)


def without_purge_around(spans: LabelSpans, block: np.ndarray, embargo_days: int) -> np.ndarray:
    """Every row that is not tested itself, however its label overlaps."""
    return spans.is_trainable & ~np.isin(spans.date_numbers, block)


def test_no_model_learns_from_noise() -> None:
    models = [small(row) for row in REGISTRY]
    tested = [rank_ics(models, seed, ONE_FOLD, SHORT)[0] for seed in range(N_SEEDS)]
    found = t_statistics(tested)
    assert list(found.index.sort_values()) == sorted(row["name"] for row in REGISTRY)
    assert (found.abs() < 3).all(), found


def test_a_missing_purge_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a linear model, trees and networks; `make soak` tries every model."""
    monkeypatch.setattr(LabelSpans, "learnable_before", without_purge)
    kinds = ("ridge", "random_forest", "neural_network", "xgboost_pooled")
    models = [small(row) for row in REGISTRY if row["name"] in kinds]
    tested = [rank_ics(models, seed, ONE_FOLD, SHORT)[0] for seed in range(N_BROKEN)]
    found = t_statistics(tested)
    assert len(found) == len(kinds)
    assert (found > 3).all(), found


def validated(kind: str, n_seeds: int) -> float:
    """t of the validation rank IC of ridge's grid, in inner splits of two years of noise."""
    settings = {**SHORT, "window": "expanding", "refit_months": 12, "min_train_months": 12}
    settings |= {"inner_splits": kind, "inner_folds": 6}
    row = small(RIDGE) | {"parameters": {}, "grid": {"alpha": [0.1, 10.0]}}
    found = [rank_ics([row], seed, 25, settings)[1] for seed in range(n_seeds)]
    return float(t_statistics(found)["ridge"])


@pytest.mark.parametrize(
    ("kind", "purge", "broken"),
    [
        ("walk_forward", "learnable_before", without_purge),
        ("k_fold", "learnable_around", without_purge_around),
    ],
)
def test_no_hyper_parameter_validates_on_noise_unless_the_purge_is_missing(
    kind: str, purge: str, broken: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert abs(validated(kind, N_VALIDATED)) < 3
    monkeypatch.setattr(LabelSpans, purge, broken)
    assert validated(kind, N_BROKEN) > 3
