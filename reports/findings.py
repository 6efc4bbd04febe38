"""What the summary says in words: factors without data, idle strategies, cautions, last build."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from warehouse.files import REPOSITORY

KINDS = {"seed": "seeds", "model": "models", "test": "tests", "unit_test": "unit tests"}
ASSET_CLASSES = ("equity", "crypto")
ENSEMBLE = "ensemble"
MOST_NAMED = 3  # models; more are counted
MOST_FITS = 12
DAYS_APART = 7  # a weekend or a holiday is no difference


def factors_without_data(
    registry: Sequence[Mapping[str, Any]],
    *,
    available: Collection[tuple[str, str]],
    ranked: Collection[tuple[str, str]],
    built: Collection[str],
    min_names: int,
) -> list[str]:
    """A sentence on each registered factor that has no ranked value in an asset class.

    Parameters
    ----------
    registry : rows with ``name``, ``asset_classes`` and ``needs``.
    available : (asset class, need) pairs that the dataset has.
    ranked : (asset class, factor) pairs with ranked values.
    built : factors of this build; others were not chosen, and are passed over.
    """
    present = {asset_class for asset_class, _ in available}
    lines = [f"{name}: no {name} assets in this dataset" for name in ASSET_CLASSES]
    lines = [line for name, line in zip(ASSET_CLASSES, lines, strict=True) if name not in present]
    for factor in registry:
        for asset_class in factor["asset_classes"]:
            known = (asset_class, factor["name"]) in ranked or factor["name"] not in built
            if known or asset_class not in present:
                continue
            needs = factor["needs"]
            missing = [need for need in needs if (asset_class, need) not in available]
            if len(missing) == len(needs):
                why = "none in this dataset"
            elif missing:
                why = f"{', '.join(missing)} not in this dataset"
            else:
                why = f"there, but no day has {min_names} names with enough history"
            lines.append(f"{factor['name']} ({asset_class}): needs {', '.join(needs)}; {why}")
    return lines


def idle_reasons(
    idle: pd.DataFrame,
    *,
    classes: Collection[str],
    models: Sequence[Mapping[str, Any]],
    runs: pd.DataFrame,
    min_months: int,
) -> list[str]:
    """A sentence on each strategy without a trade, and why.

    Parameters
    ----------
    idle : strategy, asset_class, score, n_target_weights.
    classes : asset classes of the dataset.
    models : registered scoring models.
    runs : model, asset_class, status: how the fits of this build ended.
    """
    registered = {model["name"] for model in models}
    chosen = set(runs["model"])
    lines = []
    for row in idle.itertuples():
        if row.n_target_weights:
            why = "has weights, but no session has followed its first decision yet"
        elif row.asset_class not in (*classes, "both"):
            why = f"no scores: no {row.asset_class} assets in this dataset"
        elif row.score in registered - chosen:
            why = f"no scores: model {row.score} was not chosen for this build"
        elif row.score in registered or row.score == ENSEMBLE:
            why = f"no scores: {unscored_reason(row, models, runs, min_months)}"
        else:
            why = f"no scores: {row.score} has no ranked values on its decision dates"
        lines.append(f"{row.strategy}: {why}")
    return lines


def unscored_reason(
    row: Any, models: Sequence[Mapping[str, Any]], runs: pd.DataFrame, min_months: int
) -> str:
    """Why the model that a strategy follows has no scores for it, by how its fits ended."""
    names = members_of_ensemble(models) if row.score == ENSEMBLE else {row.score}
    in_class = runs["asset_class"].eq(row.asset_class) | (row.asset_class == "both")
    statuses = set(runs.loc[in_class & runs["model"].isin(names), "status"])
    if "fitted" in statuses:
        return f"model {row.score} has none on its decision dates"
    if "failed" in statuses:
        whose = "the fits of its members" if row.score == ENSEMBLE else "its fits"
        return f"model {row.score}: {whose} failed, see 'Fits of models'"
    return (
        f"model {row.score} needs {min_months} months of ranked factors "
        f"({row.asset_class}) before its first"
    )


def members_of_ensemble(models: Sequence[Mapping[str, Any]]) -> set[str]:
    """The models whose scores the ensemble averages, where they are chosen."""
    return {
        model["name"]
        for model in models
        if model.get("in_ensemble", True) and not model.get("pooled", False)
    }


def fit_lines(rows: pd.DataFrame) -> list[str]:
    """A sentence on each group of fits of models that failed, were skipped or say something.

    ``rows`` have asset_class, status, n_fits, n_sentences, models, n_folds,
    first_fold, last_fold, example.
    """
    lines = []
    for row in rows.head(MOST_FITS).itertuples():
        folds = row.first_fold if row.n_folds == 1 else f"{row.first_fold} to {row.last_fold}"
        names = list(row.models)
        models = ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} models"
        fits = f"{row.n_fits:,} fit{'s' if row.n_fits > 1 else ''} of {models} ({folds})"
        status = "fitted, but" if row.status == "fitted" else row.status
        example = "for example: " if row.n_sentences > 1 else ""
        lines.append(f"{status}: {fits}: {example}{row.example}")
    if len(rows) > MOST_FITS:
        lines.append(f"{len(rows) - MOST_FITS:,} more kinds of remarks in scores.model_runs")
    return lines


def cautions(facts: Mapping[str, Any]) -> list[str]:
    """What a reader should know before believing the numbers; keys as in summary_facts.sql."""
    lines = []
    if not facts["n_interest_rates"]:
        lines.append("No risk-free rate in the data: cash earns 0, Sharpe ratios are against 0.")
    if facts["n_equity_bars_without_dividends"] and not facts["n_dividends"]:
        lines.append("No dividends in the data: equity returns are price returns.")
    for asset_class in facts["classes_without_volume"] or ():
        lines.append(f"No {asset_class} volume: costs there have no market impact.")
    for asset_class in facts["equal_weighted_markets"] or ():
        lines.append(f"Too few {asset_class} market caps: its market benchmark is equal-weighted.")
    ends = facts["last_days"] or ()
    days = [date.fromisoformat(end.split(" ")[1]) for end in ends]
    if days and (max(days) - min(days)).days > DAYS_APART:
        lines.append(f"Prices end on different days: {', '.join(ends)}.")
    if facts["mixed_without_crypto"]:
        names = ", ".join(facts["mixed_without_crypto"])
        lines.append(f"Mixed books that never held crypto (its share stays in cash): {names}.")
    return lines


def last_build(name: str) -> str | None:
    """What the last dbt build of a dataset ran, from its run_results.json; None without one."""
    folder = Path(os.environ.get("FACTORHOUSE_TARGET_DIR", REPOSITORY / "target")) / name
    try:
        results = json.loads((folder / "run_results.json").read_text())
        command = results["args"]["which"]
        entries = results["results"]
        ended = results["metadata"]["generated_at"][:16].replace("T", " ")
        seconds = results["elapsed_time"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if command not in ("build", "run", "test", "seed"):
        return None
    counts = Counter(entry["unique_id"].split(".")[0] for entry in entries)
    bad = sum(entry["status"] in ("error", "fail", "runtime error") for entry in entries)
    counted = ", ".join(f"{counts[kind]:,} {word}" for kind, word in KINDS.items() if counts[kind])
    outcome = f"{bad} FAILED" if bad else "none failed"
    return f"{counted} in {seconds:.0f} s, {outcome} (dbt {command}, {ended} UTC)"
