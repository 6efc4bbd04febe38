"""Refuses settings that can never work, by name, before anything runs."""

from __future__ import annotations

import csv
import difflib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from ingest.config import Dataset
from warehouse.files import REPOSITORY, WarehouseError, connect_work, dataset_files

CLASSES = ("equity", "crypto", "both")
BENCHMARKS = ("market", "equal_weight", "cap_weight", "cash")
CHOICES = {
    "asset_class": CLASSES,
    "side": ("long_only", "long_short"),
    "weighting": ("equal", "score", "inverse_volatility", "cap"),
    "rebalance": ("monthly", "weekly"),
}
NUMBERS = (
    "top_fraction",
    "gross_long",
    "gross_short",
    "max_weight",
    "min_weight",
    "crypto_share",
    "aum_usd",
)
COST_NUMBERS = ("commission_bps", "half_spread_bps", "impact_coefficient", "borrow_bps_ann")


class SettingsError(WarehouseError):
    """Settings that can never hold; the message lists each with its file, row and remedy."""


def seeds_folder() -> Path:
    """Where strategies.csv and cost_models.csv are: FACTORHOUSE_SEEDS, else the project's own."""
    return REPOSITORY / os.environ.get("FACTORHOUSE_SEEDS", "dbt_project/seeds")


def registries() -> dict[str, Any]:
    """The variables of dbt_project.yml, registries among them."""
    return yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["vars"]


def check_settings(dataset: Dataset, factors: Sequence[str] = ()) -> None:
    """Check the chosen factors, strategies and cost models against registries and universe.

    Raises
    ------
    SettingsError : naming every file, row and value at fault, what is allowed, and the remedy.
    """
    variables = {**registries(), **dataset.vars}
    universe = universe_of(dataset)
    problems = [
        *factor_problems(variables, factors),
        *variable_problems(dataset),
        *strategy_problems(variables, universe),
        *cost_problems(),
    ]
    if problems:
        raise SettingsError("Nothing was run:\n" + "\n".join(f"  {line}" for line in problems))


def factor_problems(variables: dict[str, Any], factors: Sequence[str]) -> Iterable[str]:
    """Chosen factors that the registry does not hold."""
    known = [factor["name"] for factor in variables["factors"]]
    for name in factors:
        if name not in known:
            yield f"FACTORS: there is no factor '{name}'. {nearest(name, known)}"


def variable_problems(dataset: Dataset) -> Iterable[str]:
    """Variables of the dataset file that the project does not have."""
    known = list(registries())
    for name in dataset.vars:
        if name not in known:
            yield f"{dataset.path}: vars: '{name}' is no variable. {nearest(name, known)}"


def universe_of(dataset: Dataset) -> dict[str, set[str]]:
    """Symbols by asset class as last landed; empty before the first load."""
    files = dataset_files(dataset.name)
    if not files.work.exists():
        return {}
    connection = connect_work(files)
    try:
        if not connection.execute(
            "select 1 from information_schema.tables "
            "where table_schema = 'raw' and table_name = 'prices'"
        ).fetchall():
            return {}
        rows = connection.execute(
            "select distinct asset_class, symbol from raw.universe "
            "where symbol in (select symbol from raw.prices)"
        ).fetchall()
    finally:
        connection.close()
    symbols: dict[str, set[str]] = {}
    for asset_class, symbol in rows:
        symbols.setdefault(asset_class, set()).add(symbol)
    return symbols


def strategy_problems(variables: dict[str, Any], universe: dict[str, set[str]]) -> Iterable[str]:
    """What is wrong with the rows of strategies.csv."""
    path = seeds_folder() / "strategies.csv"
    scores = known_scores(variables)
    cost_models = {row["cost_model"] for _, row in read_rows(seeds_folder() / "cost_models.csv")}
    seen: set[str] = set()
    for line, row in read_rows(path):
        where = f"{path.name}, row {line} ({row.get('strategy') or 'without a name'}):"
        checks: list[Callable[[], Iterable[str]]] = [
            lambda row=row: choice_problems(row),
            lambda row=row: number_problems(row, NUMBERS),
            lambda row=row: reference_problems(row, scores, cost_models, universe),
            lambda row=row: constraint_problems(row, universe),
        ]
        if row.get("strategy") in seen:
            yield f"{where} the name stands twice. Rename one of the rows."
        seen.add(row.get("strategy", ""))
        for check in checks:
            problems = list(check())
            yield from (f"{where} {problem}" for problem in problems)
            if problems:
                break


def choice_problems(row: dict[str, str]) -> Iterable[str]:
    """Words that are none of the allowed ones."""
    for column, allowed in CHOICES.items():
        if row.get(column) not in allowed:
            yield f"{column} is '{row.get(column)}'; allowed are {', '.join(allowed)}."


def number_problems(row: dict[str, str], columns: Sequence[str]) -> Iterable[str]:
    """Cells that are no number at or above 0."""
    for column in columns:
        try:
            value = float(row.get(column) or "nan")
        except ValueError:
            value = float("nan")
        if not 0 <= value < float("inf"):
            yield f"{column} is '{row.get(column)}'; it must be a number at or above 0."


def reference_problems(
    row: dict[str, str],
    scores: dict[str, list[str]],
    cost_models: set[str],
    universe: dict[str, set[str]],
) -> Iterable[str]:
    """Names of scores, cost models and benchmarks that do not exist."""
    score, benchmark = row.get("score", ""), row.get("benchmark", "")
    classes = ["equity", "crypto"] if row["asset_class"] == "both" else [row["asset_class"]]
    if score not in scores:
        yield f"there is no score '{score}'. {nearest(score, scores)}"
    elif not set(classes) & set(scores[score]):
        yield (
            f"score '{score}' is not computed for {row['asset_class']}, "
            f"only for {', '.join(scores[score])}. Choose another score or asset_class."
        )
    if row.get("cost_model") not in cost_models:
        yield (
            f"there is no cost_model '{row.get('cost_model')}' in cost_models.csv. "
            f"{nearest(row.get('cost_model', ''), cost_models)}"
        )
    symbols = set().union(*universe.values()) if universe else set()
    if benchmark not in BENCHMARKS and (universe and benchmark not in symbols):
        yield (
            f"benchmark '{benchmark}' is neither one of {', '.join(BENCHMARKS)} nor a symbol "
            f"of this dataset. {nearest(benchmark, [*BENCHMARKS, *symbols])}"
        )


def constraint_problems(row: dict[str, str], universe: dict[str, set[str]]) -> Iterable[str]:
    """Constraints that no date could ever meet, with the whole universe present."""
    number = {column: float(row[column]) for column in NUMBERS}
    long_short = row["side"] == "long_short"
    if not 0 < number["top_fraction"] <= (0.5 if long_short else 1):
        yield (
            f"top_fraction is {row['top_fraction']}; it must lie above 0 and at most at "
            f"{'0.5, so that the legs do not overlap' if long_short else '1'}."
        )
    if number["min_weight"] > number["max_weight"] or number["max_weight"] <= 0:
        yield (
            f"min_weight {row['min_weight']} lies above max_weight {row['max_weight']} (or that "
            "is 0): no weight can meet both. Lower min_weight or raise max_weight."
        )
    if number["gross_long"] <= 0 or (number["gross_short"] > 0) != long_short:
        yield (
            f"gross_long {row['gross_long']} and gross_short {row['gross_short']} do not fit side "
            f"{row['side']}: long_only needs gross_short 0, long_short needs both above 0."
        )
    if number["crypto_share"] > 1:
        yield f"crypto_share is {row['crypto_share']}; it must lie between 0 and 1."
    if list(universe):
        yield from breadth_problems(row, number, universe)


def breadth_problems(
    row: dict[str, str], number: dict[str, float], universe: dict[str, set[str]]
) -> Iterable[str]:
    """Legs whose names, each at the cap (or the floor), cannot add up to the leg's gross."""
    shares = {row["asset_class"]: 1.0}
    if row["asset_class"] == "both":
        shares = {"equity": 1 - number["crypto_share"], "crypto": number["crypto_share"]}
    for asset_class, share in shares.items():
        n_universe = len(universe.get(asset_class, ()))
        n_names = int(n_universe * number["top_fraction"] + 1e-9)
        gross = share * max(number["gross_long"], number["gross_short"])
        if not n_universe or share == 0:
            continue
        if n_names * number["max_weight"] < gross - 1e-9:
            yield (
                f"can never hold: top_fraction {row['top_fraction']} of {n_universe} {asset_class} "
                f"names is {n_names}, and {n_names} x max_weight {row['max_weight']} is below the "
                f"leg's {gross:g}. Raise max_weight or top_fraction, or lower the gross."
            )
        if number["min_weight"] > gross + 1e-9:
            yield (
                f"can never hold: min_weight {row['min_weight']} lies above the {asset_class} "
                f"leg's {gross:g}. Lower min_weight."
            )


def cost_problems() -> Iterable[str]:
    """What is wrong with the rows of cost_models.csv."""
    path = seeds_folder() / "cost_models.csv"
    for line, row in read_rows(path):
        for problem in number_problems(row, COST_NUMBERS):
            yield f"{path.name}, row {line} ({row.get('cost_model')}): {problem}"


def known_scores(variables: dict[str, Any]) -> dict[str, list[str]]:
    """Names a strategy may score by, with the asset classes each exists for."""
    scores: dict[str, list[str]] = {"composite": ["equity", "crypto"]}
    for factor in variables["factors"]:
        scores[factor["name"]] = factor["asset_classes"]
        family = scores.setdefault(f"composite_{factor['family']}", [])
        family.extend(name for name in factor["asset_classes"] if name not in family)
    for model in variables["ml_models"]:
        scores[model["name"]] = model["asset_classes"]
    return scores


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a seed with their line numbers."""
    if not path.exists():
        raise SettingsError(f"{path} does not exist. Restore it, or set FACTORHOUSE_SEEDS.")
    with path.open(newline="") as seed:
        return [(line, row) for line, row in enumerate(csv.DictReader(seed), start=2)]


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint: the nearest known name, else all of a short list."""
    candidates = sorted(known)
    close = difflib.get_close_matches(name, candidates, n=1)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"Known are: {', '.join(candidates[:40])}."
