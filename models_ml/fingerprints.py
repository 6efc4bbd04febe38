"""What a fit depends on, as a hash: equal hashes, equal bits."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from models_ml.estimators import source_of, versions_of
from models_ml.panel import Panel
from models_ml.walk_forward import Fold

# Modules whose change leaves fits as they are; of those that make one model, their own rows know.
NOT_FITTING = ("__main__", "scoring", "processes")
# What a fit and its rows depend on in a registry row; the rest says where its scores go.
OF_ROW = ("name", "estimator", "parameters", "grid", "seed", "pooled")
# Settings that say which rows, but not what is done with them: the rows are hashed themselves.
ABOUT_ROWS = ("window", "rolling_years", "min_train_months", "refit_months", "retune_every")


def code_print(row: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Hash of a registry row, the settings, the code that runs and its libraries' versions."""
    digest = hashlib.sha256()
    for path in own_code():
        digest.update(path.read_bytes())
    digest.update(source_of(row))
    kept = {name: value for name, value in settings.items() if name not in ABOUT_ROWS}
    of_row = {name: row[name] for name in OF_ROW if name in row}
    described = [of_row, kept, versions_of(row["estimator"])]
    digest.update(json.dumps(described, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def makes_a_model(path: Path) -> bool:
    """Whether a module is the factory of a registered model, whose own row names it."""
    return re.search(r"^def make_model\(", path.read_text(), re.MULTILINE) is not None


@cache
def own_code() -> list[Path]:
    """The modules of this package that every fit runs through, or may."""
    return [
        path
        for path in sorted(Path(__file__).parent.glob("*.py"))
        if path.stem not in NOT_FITTING and not makes_a_model(path)
    ]


def fit_print(panel: Panel, fold: Fold, tuning: Fold, code: str) -> str:
    """Hash of all that the fitted model of a fold depends on."""
    parts = [
        part
        for train in (tuning.train, fold.train)
        for part in (panel.row_hashes[train], panel.label_hashes[train])
    ]
    return digest_of([code, *panel.factors, tuning.period], parts)


def scored_print(panel: Panel, fold: Fold, rows: np.ndarray, asset_class: str, fit: str) -> str:
    """Hash of all that a fold's scores and metrics of one asset class depend on.

    Parameters
    ----------
    rows : positions of the fold's test rows of the asset class.
    fit : the fold's `fit_print`.
    """
    labels = panel.label_hashes[rows[panel.is_month_end[rows]]]
    words = [asset_class, fit, fold.period, fold.end_date.isoformat()]
    return digest_of(words, [panel.row_hashes[rows], labels])


def digest_of(words: Iterable[str], arrays: Iterable[np.ndarray]) -> str:
    """Hash of words and arrays."""
    digest = hashlib.sha256("\n".join(words).encode())
    for array in arrays:
        digest.update(len(array).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
