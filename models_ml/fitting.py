"""Fits every registered model on every fold; keeps what has not changed since the last run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models_ml.estimators import resolve_all
from models_ml.fingerprints import code_print, fit_print, scored_print
from models_ml.fold_work import OF_FIT, Arrays, FoldResult, StoredModel, work_on_fold
from models_ml.panel import KEYS, LABEL, Panel
from models_ml.processes import Processes
from models_ml.result_rows import early_rows, fitted_rows, skipped_row
from models_ml.tuning import best_point, grid_of, validate
from models_ml.walk_forward import Fold, inner_splits, walk

Row = Mapping[str, Any]
SCORED_PER_LEARNED = 10  # rows that a stored model scores, in the time to learn from one


@dataclass(frozen=True, eq=False)
class Fit:
    """One model to be had for one fold of a panel.

    Attributes
    ----------
    tuning : the fold whose hyper-parameters it uses.
    fit_print : hash of all that the fitted model depends on.
    prints : by asset class, hash of all that the scores and metrics depend on.
    tests : by asset class, positions of the test rows.
    is_open : by asset class, whether test rows or labels may still be added to the fold.
    """

    row: Row
    panel: Panel
    fold: Fold
    tuning: Fold
    fit_print: str
    prints: Mapping[str, str]
    tests: Mapping[str, np.ndarray]
    is_open: Mapping[str, bool]


def fit_all(
    frames: Mapping[str, pd.DataFrame],
    factors: Mapping[str, Sequence[str]],
    models: Sequence[Row],
    settings: Mapping[str, Any],
    kept: Iterable[Row] = (),
    n_jobs: int | None = None,
) -> list[dict[str, Any]]:
    """One row per model and fold, as `models_ml.fit_rows.SCHEMA`.

    Parameters
    ----------
    frames : by asset class, one row per as_of_date and symbol, as labels.training_panel.
    factors : by asset class, the factor columns to learn from.
    models : registry rows: name, estimator, asset_classes, seed, and optionally parameters, grid
        and pooled.
    settings : the walk-forward variables.
    kept : rows of an earlier run; what rests on the same inputs is not made again.
    n_jobs : processes; None takes one per core where there is work for them.
    """
    with Processes(n_jobs) as processes:
        earlier = list(kept)
        if not earlier:
            n_rows = sum(len(frame) for frame in frames.values())
            processes.start(n_rows, resolve_all, [row["estimator"] for row in models])
        rows, fits = planned(frames, factors, models, settings)
        rows += done(fits, earlier, settings, processes)
    order = {row["name"]: position for position, row in enumerate(models)}
    return sorted(rows, key=lambda one: (order[one["model"]], one["fold_id"]))


def planned(
    frames: Mapping[str, pd.DataFrame],
    factors: Mapping[str, Sequence[str]],
    models: Sequence[Row],
    settings: Mapping[str, Any],
) -> tuple[list[dict[str, Any]], list[Fit]]:
    """A row for each model and fold that cannot be fitted, and the fits to be had."""
    rows: list[dict[str, Any]] = []
    fits: list[Fit] = []
    panels: dict[tuple[str, ...], tuple[Panel, list[Fold]]] = {}
    for row in models:
        for classes in training_sets(row):
            present = [name for name in classes if has_rows(frames.get(name), factors.get(name))]
            rows += [
                skipped_row(row, name, name, f"no {name} names are ranked by any factor")
                for name in classes
                if name not in present
            ]
            if not present:
                continue
            key = tuple(present)
            if key not in panels:
                panel = panel_of(frames, factors, key)
                panels[key] = (panel, *walk(panel, settings))
            panel, folds, early = panels[key]
            rows += early_rows(row, panel, early, settings["min_train_months"])
            fits += plan(row, panel, folds, settings)
    return rows, fits


def training_sets(row: Row) -> list[tuple[str, ...]]:
    """The asset classes that are learned from together: each alone, or all where pooled."""
    classes = tuple(row["asset_classes"])
    return [classes] if row.get("pooled") else [(name,) for name in classes]


def has_rows(frame: pd.DataFrame | None, factors: Sequence[str] | None) -> bool:
    """Whether there is anything to score."""
    return frame is not None and not frame.empty and bool(factors)


def panel_of(
    frames: Mapping[str, pd.DataFrame], factors: Mapping[str, Sequence[str]], classes: tuple
) -> Panel:
    """The rows of some asset classes; a factor of one alone is missing in the others."""
    named = list(dict.fromkeys(factor for name in classes for factor in factors[name]))
    if len(classes) == 1:  # nothing to put together
        return Panel.of(frames[classes[0]], named)
    parts = [frames[name].reindex(columns=[*KEYS, *named, *LABEL]) for name in classes]
    for name, part in zip(classes, parts, strict=True):
        part[[factor for factor in named if factor not in factors[name]]] = np.nan
    return Panel.of(pd.concat(parts, ignore_index=True), named)


def plan(row: Row, panel: Panel, folds: Sequence[Fold], settings: Row) -> list[Fit]:
    """What is to be had of one model on one panel."""
    code = code_print(row, settings)
    by_period = {fold.period: fold for fold in folds}
    unknown = np.isnan(panel.target) & panel.is_month_end
    fits = []
    for fold in folds:
        tuning = by_period[fold.tuned_in]
        tests = {
            name: fold.test[panel.classes[fold.test] == name]
            for name in panel.asset_classes
            if (panel.classes[fold.test] == name).any()
        }
        fitted = fit_print(panel, fold, tuning, code)
        fits.append(
            Fit(
                row=row,
                panel=panel,
                fold=fold,
                tuning=tuning,
                fit_print=fitted,
                prints={
                    name: scored_print(panel, fold, at, name, fitted) for name, at in tests.items()
                },
                tests=tests,
                is_open={
                    name: fold is folds[-1] or bool(unknown[at].any()) for name, at in tests.items()
                },
            )
        )
    return fits


def done(
    fits: Sequence[Fit], earlier: Sequence[Row], settings: Row, processes: Processes
) -> list[dict[str, Any]]:
    """The rows of all fits: kept where nothing has changed, else made now."""
    good = [row for row in earlier if row["status"] == "fitted"]
    by_print = {row["fingerprint"]: row for row in good}
    by_fit = {row["fit_fingerprint"]: row for row in good}
    stored = {row["fit_fingerprint"]: row for row in good if row["artifact"]}
    is_stale = [any(one not in by_print for one in fit.prints.values()) for fit in fits]
    stale = [fit for fit, changed in zip(fits, is_stale, strict=True) if changed]
    panels = {id(fit.panel): fit.panel for fit in stale}
    arrays = {key: panel_arrays(panel) for key, panel in panels.items()}
    tuned = tune(fits, stale, by_fit, settings, arrays, processes)
    tasks = {
        (number,): (
            work_on_fold,
            arrays[id(fit.panel)],
            fit.panel.factors,
            fit.fold.train,
            fit.tests,
            fit.row,
            tuned[tuning_key(fit)]["chosen"],
            settings,
            stored_model(stored.get(fit.fit_print)),
            any(fit.is_open.values()),
        )
        for number, fit in enumerate(stale)
    }
    sizes = {
        (number,): len(fit.fold.test) // SCORED_PER_LEARNED
        if fit.fit_print in stored
        else len(fit.fold.train)
        for number, fit in enumerate(stale)
    }
    names = {(number,): f"{fit.row['name']} {fit.fold.period}" for number, fit in enumerate(stale)}
    results: dict[tuple, FoldResult] = processes.run(tasks, sizes, names, "models")
    rows = [
        dict(by_print[one])
        for fit, changed in zip(fits, is_stale, strict=True)
        if not changed
        for one in fit.prints.values()
    ]
    for number, fit in enumerate(stale):
        rows += fitted_rows(fit, results[(number,)], tuned[tuning_key(fit)])
    return rows


def stored_model(row: Row | None) -> StoredModel | None:
    """The fitted model of an earlier row, and what was said of its fit."""
    if row is None:
        return None
    said = [note for note in (row["notes"] or "").split("; ") if note.startswith(OF_FIT)]
    return StoredModel(row["artifact"], said)


def panel_arrays(panel: Panel) -> Arrays:
    """What the work on folds needs of a panel."""
    ranks = np.array([panel.ranks[factor].to_numpy(dtype=float) for factor in panel.factors])
    return Arrays(ranks, panel.target, panel.dates, panel.is_month_end)


def tuning_key(fit: Fit) -> tuple[str, tuple[str, ...], str]:
    """Which choice of hyper-parameters a fit rests on."""
    return fit.row["name"], fit.panel.asset_classes, fit.tuning.period


def tune(
    fits: Sequence[Fit],
    stale: Sequence[Fit],
    by_fit: Mapping[str, Row],
    settings: Row,
    arrays: Mapping[int, Arrays],
    processes: Processes,
) -> dict[tuple, dict[str, Any]]:
    """By tuning key: the chosen point, the grid, and each point's validation rank IC."""
    wanted = {tuning_key(fit) for fit in stale}
    found: dict[tuple, dict[str, Any]] = {}
    tasks, sizes, names = {}, {}, {}
    for fit in fits:
        key = tuning_key(fit)
        if key not in wanted or fit.fold is not fit.tuning:
            continue
        points = grid_of(fit.row)
        found[key] = {"points": points, "rank_ics": [None] * len(points), "position": 0}
        if fit.fit_print in by_fit:
            found[key] |= chosen_before(by_fit[fit.fit_print])
        elif len(points) > 1:
            splits = inner_splits(fit.panel, fit.fold.train, settings)
            for place, (train, test) in enumerate(splits):
                for number, point in enumerate(points):
                    at = (key, number, place)
                    tasks[at] = (validate, arrays[id(fit.panel)], train, test, fit.row, point)
                    sizes[at], names[at] = len(train), f"{fit.row['name']} {fit.fold.period}"
    results = processes.run(tasks, sizes, names, "tuning")
    for key, one in found.items():
        splits = sorted({at[2] for at in results if at[0] == key})
        if splits:
            grid = np.array(
                [
                    [results[(key, number, place)] for place in splits]
                    for number in range(len(one["points"]))
                ]
            )
            one["position"], one["rank_ics"] = best_point(grid)
        one["chosen"] = one["points"][one["position"]]
    return found


def chosen_before(row: Row) -> dict[str, Any]:
    """The choice of an earlier run, from the row of the fold that made it."""
    tuning = row["tuning"].to_pylist()
    if not tuning:
        return {}
    position = [item["is_chosen"] for item in tuning].index(True)
    return {
        "rank_ics": [item["validation_rank_ic"] for item in tuning],
        "position": position,
    }
