"""What a fit depends on, as a hash: equal hashes, equal bits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from models_ml.estimators import source_of, versions_of
from models_ml.panel import Panel
from models_ml.walk_forward import Fold

# A change of what these do makes every fit anew.
OWN_CODE = (
    *("explaining", "features", "fold_work", "label_spans", "metrics", "panel"),
    *("splitters", "tuning", "walk_forward"),
)
# Settings that say which rows, but not what is done with them: the rows are hashed themselves.
ABOUT_ROWS = ("window", "rolling_years", "min_train_months", "refit_months", "retune_every")


def code_print(row: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Hash of a registry row, the settings, the code that runs and its libraries' versions."""
    digest = hashlib.sha256()
    for name in OWN_CODE:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    digest.update(source_of(row))
    kept = {name: value for name, value in settings.items() if name not in ABOUT_ROWS}
    described = [dict(row), kept, versions_of(row["estimator"])]
    digest.update(json.dumps(described, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def fit_print(panel: Panel, fold: Fold, tuning: Fold, code: str) -> str:
    """Hash of all that the fitted model of a fold depends on."""
    parts = [
        part
        for train in (tuning.train, fold.train)
        for part in (panel.row_hashes[train], panel.label_hashes[train])
    ]
    return digest_of([code, *panel.factors, tuning.period], parts)


def scored_print(panel: Panel, rows: np.ndarray, asset_class: str, fit: str) -> str:
    """Hash of all that a fold's scores and metrics of one asset class depend on."""
    labels = panel.label_hashes[rows[panel.is_month_end[rows]]]
    return digest_of([asset_class, fit], [panel.row_hashes[rows], labels])


def digest_of(words: Iterable[str], arrays: Iterable[np.ndarray]) -> str:
    """Hash of words and arrays."""
    digest = hashlib.sha256("\n".join(words).encode())
    for array in arrays:
        digest.update(len(array).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
