"""Refuses strategies that can never hold, by name, file and row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from warehouse.seeds import nearest, number_problems, read_rows, seeds_folder

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


def strategy_problems(variables: dict[str, Any], universe: dict[str, set[str]]) -> Iterable[str]:
    """What is wrong with the rows of strategies.csv."""
    path = seeds_folder() / "strategies.csv"
    scores = known_scores(variables)
    cost_models: dict[str, set[str]] = {}
    for _, row in read_rows(seeds_folder() / "cost_models.csv"):
        cost_models.setdefault(row["cost_model"], set()).add(row["asset_class"])
    seen: set[str] = set()
    for line, row in read_rows(path):
        where = f"{path.name}, row {line} ({row.get('strategy') or 'without a name'}):"
        checks: list[Callable[[], Iterable[str]]] = [
            lambda row=row: choice_problems(row),
            lambda row=row: number_problems(row, NUMBERS),
            lambda row=row: reference_problems(row, scores, cost_models, universe),
            lambda row=row: constraint_problems(row, universe),
        ]
        if not row.get("strategy"):
            yield f"{where} it has no name. Write one into the column strategy."
        elif row["strategy"] in seen:
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


def reference_problems(
    row: dict[str, str],
    scores: dict[str, list[str]],
    cost_models: dict[str, set[str]],
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
            f"{nearest(row.get('cost_model') or '', cost_models)}"
        )
    elif set(classes) - cost_models[row["cost_model"]]:
        missing = ", ".join(sorted(set(classes) - cost_models[row["cost_model"]]))
        yield (
            f"cost_model '{row['cost_model']}' says nothing of {missing}: "
            "add its row to cost_models.csv."
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


def known_scores(variables: dict[str, Any]) -> dict[str, list[str]]:
    """Names a strategy may score by, with the asset classes each exists for."""
    scores: dict[str, list[str]] = {"composite": ["equity", "crypto"]}
    for factor in variables["factors"]:
        scores[factor["name"]] = factor["asset_classes"]
        family = scores.setdefault(f"composite_{factor['family']}", [])
        family.extend(name for name in factor["asset_classes"] if name not in family)
    registry = variables["ml_models"]
    for model in registry if isinstance(registry, list) else ():
        if not isinstance(model, dict):
            continue  # said where the registry is checked
        classes = model.get("asset_classes") or []
        scores[str(model.get("name"))] = classes
        if model.get("in_ensemble", True) and not model.get("pooled", False):
            members = scores.setdefault("ensemble", [])
            members.extend(name for name in classes if name not in members)
    return scores
