"""Fits every registered model on every fold; keeps the folds whose inputs have not changed."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from joblib import Parallel, delayed
from scipy.stats import rankdata
from sklearn.model_selection import ParameterGrid
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from models_ml.features import by_factor, design_matrix
from models_ml.walk_forward import Fold, inner_splits, yearly_folds

OWN_CODE = [Path(__file__).with_name(f"{name}.py") for name in ("features", "fitting")]
FIT_COLUMNS = [
    "asset_class",
    "model",
    "fold_id",
    "fold_end_date",
    "train_start_date",
    "train_end_date",
    "train_label_end_date",
    "test_start_date",
    "test_end_date",
    "n_train",
    "n_test",
    "parameters",
    "fingerprint",
    "scores",
    "importance",
]


def fit_all(
    panels: Mapping[str, pd.DataFrame],
    factors: Mapping[str, Sequence[str]],
    models: Sequence[Mapping[str, Any]],
    settings: Mapping[str, Any],
    kept: Mapping[str, Mapping[str, Any]] | None = None,
    n_jobs: int = 2,
) -> list[dict[str, Any]]:
    """One row per model and fold, columns FIT_COLUMNS.

    Parameters
    ----------
    panels : by asset class, one row per as_of_date and symbol in that order, with the factor
        columns, target, label_end_date and is_month_end.
    factors : by asset class, the factor columns to learn from.
    models : registry rows: name, module, asset_classes, seed, grid.
    settings : the walk-forward variables.
    kept : earlier rows by fingerprint; a fold found there is not fitted again.
    """
    kept = kept or {}
    rows: list[dict[str, Any]] = []
    for model in models:
        for asset_class in model["asset_classes"]:
            panel = panels.get(asset_class)
            if panel is None or panel.empty or not factors[asset_class]:
                continue
            panel = panel.sort_values(["as_of_date", "symbol"], ignore_index=True)
            rows += fit_model(panel, list(factors[asset_class]), model, settings, kept, n_jobs)
    return rows


def fit_model(
    panel: pd.DataFrame,
    factors: list[str],
    model: Mapping[str, Any],
    settings: Mapping[str, Any],
    kept: Mapping[str, Mapping[str, Any]],
    n_jobs: int,
) -> list[dict[str, Any]]:
    """The rows of one model on one asset class: tuning folds first, then all folds side by side."""
    folds = yearly_folds(panel, settings)
    features = design_matrix(panel, factors)
    prints = {
        fold.fold_id: fingerprint(panel, features, fold, folds, factors, model, settings)
        for fold in folds
    }
    stale = [fold for fold in folds if prints[fold.fold_id] not in kept]
    to_tune = sorted({fold.tuned_in for fold in stale})
    tuned = {
        fold.fold_id: choose_parameters(panel, features, fold, model, settings)
        for fold in folds
        if fold.fold_id in to_tune
    }
    progress = tqdm(stale, desc=f"{model['name']} {panel['asset_class'].iloc[0]}", disable=None)
    fitted = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(fit_fold)(
            panel, features, factors, fold, model, tuned[fold.tuned_in], prints[fold.fold_id]
        )
        for fold in progress
    )
    by_fold = {row["fold_id"]: row for row in fitted}
    return [by_fold.get(fold.fold_id) or dict(kept[prints[fold.fold_id]]) for fold in folds]


def fit_fold(
    panel: pd.DataFrame,
    features: np.ndarray,
    factors: list[str],
    fold: Fold,
    model: Mapping[str, Any],
    parameters: Mapping[str, Any],
    print_: str,
) -> dict[str, Any]:
    """Fit on the fold's training rows, score and explain its test rows. One thread."""
    module = importlib.import_module(model["module"])
    target = panel["target"].to_numpy(dtype=float)
    with threadpool_limits(limits=1):
        fitted = module.make_model(parameters, model["seed"])
        fitted.fit(features[fold.train], target[fold.train])
        predicted = fitted.predict(features[fold.test])
        shap = by_factor(
            module.shap_values(fitted, features[fold.train], features[fold.test]), len(factors)
        )
    train, test = panel.iloc[fold.train], panel.iloc[fold.test]
    return {
        "asset_class": panel["asset_class"].iloc[0],
        "model": model["name"],
        "fold_id": fold.fold_id,
        "fold_end_date": fold.fold_end_date,
        "train_start_date": train["as_of_date"].min().date(),
        "train_end_date": train["as_of_date"].max().date(),
        "train_label_end_date": train["label_end_date"].max().date(),
        "test_start_date": test["as_of_date"].min().date(),
        "test_end_date": test["as_of_date"].max().date(),
        "n_train": len(train),
        "n_test": len(test),
        "parameters": json.dumps(dict(parameters), sort_keys=True),
        "fingerprint": print_,
        "scores": [
            {"as_of_date": date.date(), "symbol": symbol, "model_score": float(score)}
            for date, symbol, score in zip(
                test["as_of_date"], test["symbol"], predicted, strict=True
            )
        ],
        "importance": [
            {
                "factor": factor,
                "mean_abs_shap": float(np.abs(shap[:, position]).mean()),
                "mean_shap": float(shap[:, position].mean()),
            }
            for position, factor in enumerate(factors)
        ],
    }


def choose_parameters(
    panel: pd.DataFrame,
    features: np.ndarray,
    fold: Fold,
    model: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """The grid point with the best mean rank IC over the inner splits; the first of equals."""
    module = importlib.import_module(model["module"])
    target = panel["target"].to_numpy(dtype=float)
    dates = panel["as_of_date"].to_numpy()
    grid = list(ParameterGrid(dict(model.get("grid") or {})))
    splits = inner_splits(panel, fold.train, settings["inner_folds"])
    if len(grid) == 1 or not splits:
        return dict(grid[0])
    results = []
    with threadpool_limits(limits=1):
        for parameters in grid:
            rank_ics = []
            for fit, validate in splits:
                fitted = module.make_model(parameters, model["seed"])
                fitted.fit(features[fit], target[fit])
                predicted = fitted.predict(features[validate])
                rank_ics.append(mean_rank_ic(dates[validate], predicted, target[validate]))
            results.append(float(np.mean(rank_ics)))
    return dict(grid[int(np.argmax(results))])


def mean_rank_ic(dates: np.ndarray, predicted: np.ndarray, target: np.ndarray) -> float:
    """Spearman correlation by date, averaged; a date on which either is constant counts as 0."""
    correlations = []
    for date in np.unique(dates):
        on_date = dates == date
        left, right = rankdata(predicted[on_date]), rankdata(target[on_date])
        left, right = left - left.mean(), right - right.mean()
        norm = np.sqrt((left**2).sum() * (right**2).sum())
        correlations.append((left * right).sum() / norm if norm > 0 else 0.0)
    return float(np.mean(correlations))


def fingerprint(
    panel: pd.DataFrame,
    features: np.ndarray,
    fold: Fold,
    folds: Sequence[Fold],
    factors: Sequence[str],
    model: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> str:
    """Hash of all that a fold's row depends on: rows, tuning rows, settings, code, library."""
    digest = hashlib.sha256()
    tuning = next(other for other in folds if other.fold_id == fold.tuned_in)
    keys = panel["as_of_date"].astype(str) + panel["symbol"]
    for positions in (tuning.train, fold.train):
        digest.update(features[positions].tobytes())
        digest.update(panel["target"].to_numpy(dtype=float)[positions].tobytes())
        digest.update("".join(keys.iloc[positions]).encode())
        digest.update("".join(panel["label_end_date"].iloc[positions].astype(str)).encode())
    digest.update(features[fold.test].tobytes())
    digest.update("".join(keys.iloc[fold.test]).encode())
    for source in (inspect.getsourcefile(importlib.import_module(model["module"])), *OWN_CODE):
        digest.update(Path(source).read_bytes())
    described = [fold.fold_id, list(factors), dict(model), dict(settings), sklearn.__version__]
    digest.update(json.dumps(described, sort_keys=True, default=str).encode())
    return digest.hexdigest()
