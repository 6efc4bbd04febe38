"""Panels whose labels are pure noise, made so that learning from a label too early would show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models_ml.fitting import fit_all
from models_ml.metrics import mean_rank_ic
from warehouse.seeds import registries

FACTORS = tuple(f"factor_{number}" for number in range(6))
LABEL_MONTHS = 6
PERSISTENCE = 0.98
PROJECT = registries()
REGISTRY: list[dict[str, Any]] = PROJECT["ml_models"]
CHEAP = {"explained_rows": 10, "sampled_rows": 1, "permutation_repeats": 0}
# A year to learn from, three months to score, labels of six: were it not for the purge, half of
# what is learned from would share its label with what is scored.
SHORT = {
    **PROJECT["walk_forward"],
    **CHEAP,
    "window": "rolling",
    "rolling_years": 1,
    "refit_months": 3,
    "min_train_months": 6,
}
ONE_FOLD = 15  # months of panel
# Small enough for a few hundred rows, and free enough to learn them by heart.
SMALL = {
    "n_estimators": 6,
    "learning_rate": 0.3,
    "min_child_weight": 10,
    "min_samples_leaf": 5,
    "hidden_layer_sizes": [8],
    "learning_rate_init": 0.03,
    "batch_size": 64,
    "max_iter": 8,
}


def small(row: Mapping[str, Any]) -> dict[str, Any]:
    """A registry row of one small grid point, of equities alone where it is not pooled."""
    first = {name: values[0] for name, values in (row.get("grid") or {}).items()}
    parameters = {**(row.get("parameters") or {}), **first}
    if "hidden_layer_sizes" in parameters:
        parameters["learning_rate_init"] = None
    parameters = {name: SMALL.get(name, value) for name, value in parameters.items()}
    classes = row["asset_classes"] if row.get("pooled") else row["asset_classes"][:1]
    return {**row, "parameters": parameters, "grid": {}, "asset_classes": classes}


def noise_panel(asset_class: str, seed: int, n_months: int, n_names: int) -> pd.DataFrame:
    """One row per month end from January 2015 and name, as labels.training_panel.

    Factors are ranks of autoregressions that hardly move in a month, a tenth of them missing. The
    label of a month is the rank of the sum of the next six months' shocks, which nothing knows.
    """
    draws = np.random.default_rng([seed, *asset_class.encode()])
    dates = pd.date_range("2015-01-31", periods=n_months, freq="ME")
    names = [f"{asset_class}_{number:02d}" for number in range(n_names)]
    rows = pd.MultiIndex.from_product([dates, names], names=["as_of_date", "symbol"])
    frame = rows.to_frame(index=False).assign(asset_class=asset_class, is_month_end=True)
    for factor in FACTORS:
        levels = [draws.normal(size=n_names)]
        for shock in draws.normal(size=(n_months - 1, n_names)):
            levels.append(PERSISTENCE * levels[-1] + np.sqrt(1 - PERSISTENCE**2) * shock)
        is_missing = draws.random(len(frame)) < 0.1
        frame[factor] = np.where(is_missing, np.nan, centred_ranks(np.array(levels)).ravel())
    sums = draws.normal(size=(n_months + LABEL_MONTHS, n_names)).cumsum(axis=0)
    frame["target_rank"] = centred_ranks(sums[LABEL_MONTHS:] - sums[:-LABEL_MONTHS]).ravel()
    frame["label_end_date"] = frame["as_of_date"] + pd.offsets.MonthEnd(LABEL_MONTHS)
    return frame


def centred_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks within each date (row), over the number of names, less their middle."""
    frame = pd.DataFrame(values)
    return frame.rank(axis=1, pct=True).to_numpy() - (1 + 1 / values.shape[1]) / 2


def rank_ics(
    models: Sequence[Mapping[str, Any]],
    seed: int,
    n_months: int,
    settings: Mapping[str, Any],
    n_names: int = 30,
) -> tuple[dict[str, float], dict[str, float]]:
    """Walk forward over the noise of a seed.

    Returns
    -------
    By model, the mean rank IC of its scores over all test months whose labels have ended; and the
    mean rank IC of its grid's points in the inner splits, where it has a grid.
    """
    frames = {name: noise_panel(name, seed, n_months, n_names) for name in ("equity", "crypto")}
    chosen = {name: list(FACTORS) for name in frames}
    rows = pd.DataFrame(fit_all(frames, chosen, models, settings, n_jobs=1))
    rows = rows[rows["status"] != "skipped"]
    assert (rows["status"] == "fitted").all(), set(rows["reason"])
    labels = pd.concat(frames.values())[["as_of_date", "symbol", "asset_class", "target_rank"]]
    tested, validated = {}, {}
    for model, fits in rows.groupby("model"):
        scores = pd.concat([scores_of(items) for items in fits["scores"]])
        known = scores.merge(labels.dropna()).sort_values(["asset_class", "as_of_date"])
        tested[model] = float(
            np.mean(
                [
                    mean_rank_ic(*(rows[name].to_numpy() for name in COMPARED))
                    for _, rows in known.groupby("asset_class")
                ]
            )
        )
        points = [item["validation_rank_ic"] for one in fits["tuning"] for item in one.to_pylist()]
        if points:
            validated[model] = float(np.mean(points))
    return tested, validated


COMPARED = ("as_of_date", "model_score", "target_rank")


def scores_of(items: Any) -> pd.DataFrame:
    """The scores of a fold as a frame."""
    scores = pd.DataFrame(items.to_pylist())
    return scores.assign(as_of_date=pd.to_datetime(scores["as_of_date"]))


def t_statistics(by_seed: Sequence[Mapping[str, float]]) -> pd.Series:
    """By model, the mean over independent seeds over its standard error."""
    values = pd.DataFrame(by_seed)
    return values.mean() / (values.std(ddof=1) / np.sqrt(len(values)))
