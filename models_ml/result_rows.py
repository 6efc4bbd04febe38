"""From what came of a fold to its rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from models_ml.estimators import versions_of
from models_ml.explaining import even_sample
from models_ml.fit_rows import structs
from models_ml.fold_work import FoldResult, Scored
from models_ml.panel import Panel
from models_ml.walk_forward import EarlyPeriod, n_months

N_SAMPLED = 60
Row = Mapping[str, Any]


def skipped_row(row: Row, asset_class: str, fold_id: str, reason: str) -> dict[str, Any]:
    """A row that says why there is no fit."""
    return {
        "model": row["name"],
        "fold_id": fold_id,
        "asset_class": asset_class,
        "is_pooled": bool(row.get("pooled")),
        "status": "skipped",
        "reason": reason,
        "seed": row["seed"],
    }


def early_rows(
    row: Row, panel: Panel, early: Sequence[EarlyPeriod], least: int
) -> list[dict[str, Any]]:
    """A row for each period before which there is too little to learn from."""
    rows = []
    for one in early:
        reason = f"{one.n_train_months} month ends with ended labels before it; {least} are needed"
        for name in panel.asset_classes:
            skipped = skipped_row(row, name, f"{name}_{one.period}", reason)
            rows.append({**skipped, "fold_end_date": one.end_date})
    return rows


def fitted_rows(fit: Any, result: FoldResult, tuned: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for each asset class that a fold scores.

    Parameters
    ----------
    fit : `models_ml.fitting.Fit`.
    tuned : the grid's points, their validation rank ICs and the chosen one.
    """
    row, panel, fold = fit.row, fit.panel, fit.fold
    train_dates = panel.dates[fold.train]
    rows = []
    for name, at in fit.tests.items():
        scored = result.scored.get(name)
        one = {
            "model": row["name"],
            "fold_id": f"{name}_{fold.period}",
            "asset_class": name,
            "is_pooled": bool(row.get("pooled")),
            "status": "failed" if scored is None else "fitted",
            "reason": result.reason,
            "notes": "; ".join(result.notes) or None,
            "fold_end_date": fold.end_date,
            "train_start_date": train_dates.min().astype("datetime64[D]").item(),
            "train_end_date": train_dates.max().astype("datetime64[D]").item(),
            "train_label_end_date": panel.label_ends[fold.train]
            .max()
            .astype("datetime64[D]")
            .item(),
            "test_start_date": panel.dates[at].min().astype("datetime64[D]").item(),
            "test_end_date": panel.dates[at].max().astype("datetime64[D]").item(),
            "n_train": len(fold.train),
            "n_train_months": n_months(train_dates),
            "n_test": len(at),
            "tuned_in": f"{name}_{fold.tuned_in}",
            "seed": row["seed"],
            "parameters": as_json({**(row.get("parameters") or {}), **tuned["chosen"]}),
            "n_tried": len(tuned["points"]),
            "versions": as_json(versions_of(row["estimator"])),
            "fingerprint": fit.prints[name],
            "fit_fingerprint": fit.fit_print,
            "seconds": result.seconds,
            "tuning": tuning_items(tuned),
        }
        if scored is not None:
            one |= scored_items(panel, at, scored)
            one["artifact"] = result.artifact if fit.is_open[name] else None
        rows.append(one)
    return rows


def as_json(values: Mapping[str, Any]) -> str:
    """A mapping as text, keys in their order."""
    return json.dumps(dict(values), sort_keys=True, default=str)


def tuning_items(tuned: Mapping[str, Any]) -> Any:
    """The grid's points with their validation rank ICs; none where nothing was chosen."""
    points = tuned["points"] if len(tuned["points"]) > 1 else []
    return structs(
        "tuning",
        {
            "parameters": [as_json(point) for point in points],
            "validation_rank_ic": tuned["rank_ics"][: len(points)],
            "is_chosen": [number == tuned["position"] for number in range(len(points))],
        },
    )


def scored_items(panel: Panel, at: np.ndarray, scored: Scored) -> dict[str, Any]:
    """Scores, importance and sampled SHAP values of the test rows of one asset class."""
    values, factors = scored.explanation.values, list(panel.factors)
    days = panel.dates[at].astype("datetime64[D]")
    chosen = even_sample(len(values), N_SAMPLED)
    sampled = scored.explained[chosen]
    ranks = panel.ranks.iloc[at[sampled]].to_numpy(dtype=float)
    per_row = len(factors)
    return {
        "base_value": scored.explanation.base_value,
        "scores": structs(
            "scores",
            {
                "as_of_date": days,
                "symbol": panel.symbols[at],
                "model_score": scored.predicted,
            },
        ),
        "importance": structs(
            "importance",
            {
                "factor": factors,
                "mean_abs_shap": np.abs(values).mean(axis=0),
                "mean_shap": values.mean(axis=0),
                "permutation_importance": scored.permutation,
                "n_explained": np.full(per_row, len(values)),
            },
        ),
        "shap_sample": structs(
            "shap_sample",
            {
                "as_of_date": np.repeat(days[sampled], per_row),
                "symbol": np.repeat(panel.symbols[at[sampled]], per_row),
                "model_score": np.repeat(scored.predicted[sampled], per_row),
                "factor": factors * len(sampled),
                "feature_value": ranks.ravel(),
                "shap_value": values[chosen].ravel(),
            },
        ),
    }
