"""Every model on noise as it is registered, its grid tuned; and every model without the purge."""

from __future__ import annotations

import joblib
import pytest

from models_ml.label_spans import LabelSpans
from tests.models_ml.noise import (
    CHEAP,
    ONE_FOLD,
    PROJECT,
    REGISTRY,
    SHORT,
    rank_ics,
    small,
    t_statistics,
)
from tests.models_ml.test_no_leak import N_BROKEN, N_SEEDS, without_purge

FIVE_YEARS, N_NAMES = 60, 60
AS_REGISTERED = {**PROJECT["walk_forward"], **CHEAP, "min_train_months": 30}


def test_no_model_learns_from_noise_with_its_grid_tuned() -> None:
    """Two folds of a year each after three years, the first of them tuned."""
    models = [
        row if row.get("pooled") else {**row, "asset_classes": row["asset_classes"][:1]}
        for row in REGISTRY
    ]
    found = joblib.Parallel(n_jobs=-1)(
        joblib.delayed(rank_ics)(models, seed, FIVE_YEARS, AS_REGISTERED, N_NAMES)
        for seed in range(N_SEEDS)
    )
    tested = t_statistics([one for one, _ in found])
    validated = t_statistics([one for _, one in found])
    assert len(tested) == len(REGISTRY)
    assert len(validated) == sum(bool(row.get("grid")) for row in REGISTRY)
    assert (tested.abs() < 3).all(), tested
    assert (validated.abs() < 3).all(), validated


def test_a_missing_purge_would_show_in_every_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabelSpans, "learnable_before", without_purge)
    models = [small(row) for row in REGISTRY]
    found = t_statistics([rank_ics(models, seed, ONE_FOLD, SHORT)[0] for seed in range(N_BROKEN)])
    assert len(found) == len(REGISTRY)
    assert (found > 3).all(), found
