"""What is wrong with the settings of the walk-forward: numbers and horizons that cannot work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# The least whole number that each setting can be.
LEAST = {
    "rolling_years": 1,
    "refit_months": 1,
    "min_train_months": 1,
    "embargo_days": 0,
    "inner_folds": 1,
    "retune_every": 1,
    "explained_rows": 1,
    "sampled_rows": 1,
    "permutation_repeats": 1,
}
# The least number of inner folds that each way of splitting can be made with.
LEAST_FOLDS = {"walk_forward": 1, "k_fold": 2, "combinatorial": 3}


def walk_forward_problems(variables: Mapping[str, Any]) -> Iterable[str]:
    """Settings of ``walk_forward`` that no fold can be made with.

    Parameters
    ----------
    variables : those of dbt_project.yml with the dataset's; a training horizon is one of
        ``horizons``, whose labels are computed.
    """
    settings = variables["walk_forward"]
    if not isinstance(settings, Mapping):
        return
    for name, least in LEAST.items():
        value = settings.get(name, least)
        if type(value) is not int or value < least:
            yield (
                f"vars: walk_forward: {name} is '{value}'; "
                f"it must be a whole number at or above {least}."
            )
    months, folds = settings.get("refit_months", 12), settings.get("inner_folds", 3)
    if type(months) is int and months > 0 and 12 % months and months % 12:
        yield (
            f"vars: walk_forward: refit_months is '{months}'; "
            "allowed are 1, 2, 3, 4, 6, 12 and whole years of months."
        )
    kind = settings.get("inner_splits", "walk_forward")
    if type(folds) is int and 0 < folds < LEAST_FOLDS.get(kind, 1):
        yield (
            f"vars: walk_forward: inner_folds is '{folds}'; "
            f"inner_splits {kind} needs at least {LEAST_FOLDS[kind]}."
        )
    yield from horizon_problems(settings.get("horizon"), variables["horizons"])


def horizon_problems(chosen: Any, horizons: Mapping[str, list[int]]) -> Iterable[str]:
    """Training horizons that no forward return is computed for."""
    if not isinstance(chosen, Mapping):
        entries = ", ".join(horizons)
        yield f"vars: walk_forward: horizon is '{chosen}'; it must be a mapping of {entries}."
        return
    for asset_class in chosen:
        if asset_class not in horizons:
            yield (
                f"vars: walk_forward: horizon has '{asset_class}'; "
                f"asset classes with horizons are {', '.join(horizons)}."
            )
    for asset_class, computed in horizons.items():
        sessions = chosen.get(asset_class)
        if type(sessions) is not int or sessions not in computed:
            yield (
                f"vars: walk_forward: horizon of {asset_class} is '{sessions}'; "
                f"labels are computed for {', '.join(map(str, computed))} sessions (horizons)."
            )
