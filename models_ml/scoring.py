"""Scores of a cross-section by models that are fitted already, and their ensemble."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from models_ml.features import design_matrix
from models_ml.fold_work import predict_by_date
from warehouse.files import connect_memory

ENSEMBLE = "ensemble"
Row = Mapping[str, Any]


def exact_sum(expression: str) -> str:
    """As the macro of this name: the same to the last bit in whatever order the numbers come."""
    return f"cast(sum(cast({expression} as decimal(38, 28))) as double)"


# As dbt_project/models/scores/model_scores.sql, on one date and asset class, members alone.
ENSEMBLE_SCORES = f"""
with means as (
    select
        model,
        max(abs(model_score)) as extent,
        {exact_sum("case when abs(model_score) < 1e6 then model_score end")}
        / count(*) as mean_score
    from scores
    group by model
    having min(model_score) < max(model_score) and max(abs(model_score)) < 1e6
),
centered as (
    select
        scores.symbol,
        scores.model,
        (scores.model_score - means.mean_score) / means.extent as deviation
    from scores
    inner join means on scores.model = means.model
),
spreads as (
    select model, sqrt({exact_sum("deviation * deviation")} / count(*)) as deviation_std
    from centered
    group by model
)
select
    centered.symbol,
    {exact_sum("centered.deviation / spreads.deviation_std")} / count(*) as model_score
from centered
inner join spreads on centered.model = spreads.model and spreads.deviation_std > 1e-12
group by centered.symbol
order by centered.symbol
"""


def score_cross_section(fitted: Any, matrix: pd.DataFrame, factors: Sequence[str]) -> pd.DataFrame:
    """Scores of the names of one asset class on one date, to the last bit those of a build.

    Parameters
    ----------
    matrix : one row per symbol, as factors.factor_matrix; a factor that it lacks is missing.
    factors : in the order in which the model learned them.

    Returns
    -------
    symbol and model_score, ordered by symbol.
    """
    rows = matrix.sort_values("symbol", ignore_index=True, kind="stable")
    with threadpool_limits(limits=1):
        features = design_matrix(rows.reindex(columns=list(factors)), factors)
        predicted = predict_by_date(fitted, features, np.zeros(len(rows)))  # of one date
    return pd.DataFrame({"symbol": rows["symbol"], "model_score": predicted})


def ensemble_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean of the members' scores, each standardized within its cross-section.

    To the last bit that of scores.model_scores: the same arithmetic, by the same engine.

    Parameters
    ----------
    scores : symbol, model and model_score of the members on one date, of one asset class.

    Returns
    -------
    symbol and model_score, ordered by symbol; a member of one score for all has no say, nor has
    one that ran away.
    """
    connection = connect_memory()
    try:
        connection.register("scores", scores[["symbol", "model", "model_score"]])
        return connection.execute(ENSEMBLE_SCORES).df()
    finally:
        connection.close()


def is_member(entry: Row, registered: Mapping[str, Row]) -> bool:
    """Whether the ensemble averages a fitted model: none that is pooled, or left out by its row."""
    return not entry["is_pooled"] and registered.get(entry["model"], {}).get("in_ensemble", True)


def newest_members(entries: Collection[Row], registered: Mapping[str, Row]) -> list[Row]:
    """The members of the ensemble of one asset class: those fitted for its newest fold."""
    members = [entry for entry in entries if is_member(entry, registered)]
    newest = max((entry["fold_id"] for entry in members), default=None)
    return [entry for entry in members if entry["fold_id"] == newest]


def in_sample(entries: Iterable[Row], day: date) -> list[str]:
    """A sentence on each model that may have learned from a day, with the first it may score."""
    said = []
    for entry in entries:
        first = max(entry["test_start_date"], entry["train_label_end_date"])
        if str(day) < first:
            said.append(
                f"{entry['model']} ({entry['asset_class']}) learned from labels that end on "
                f"{entry['train_label_end_date']} and scores from {first} on"
            )
    return said


def changed_versions(entries: Iterable[Row]) -> list[str]:
    """Libraries that are of other versions here than those that the models were fitted with."""
    fitted_with = {pair for entry in entries for pair in entry["versions"].items()}
    return [
        f"{library} {version} (here {here})"
        for library, version in sorted(fitted_with)
        if (here := version_here(library)) != version
    ]


def version_here(library: str) -> str:
    """The installed version of a library."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
