"""Refuses strategies that can never hold, by name, file and row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.seeds import nearest, number_problems, read_rows, seeds_folder
from warehouse.strategy_limits import constraint_problems

CLASSES = ("equity", "crypto", "both")
BENCHMARKS = ("market", "equal_weight", "cap_weight", "sixty_forty", "cash")
FACTOR_DATES = ("month_ends", "week_ends", "sessions")
CHOICES = {
    "asset_class": CLASSES,
    "side": ("long_only", "long_short", "market_neutral"),
    "weighting": ("equal", "score", "inverse_volatility", "cap", "risk_parity"),
    "rebalance": ("daily", "weekly", "monthly", "quarterly"),
}
# Of a schedule, the entries of factor_dates of which one is needed.
NEEDED_DATES = {"weekly": ("week_ends", "sessions"), "daily": ("sessions",)}
NUMBERS = (
    "top_fraction",
    "gross_long",
    "gross_short",
    "max_weight",
    "min_weight",
    "crypto_share",
    "aum_usd",
)
# An empty cell is no limit.
LIMITS = ("hold_fraction", "sector_cap", "turnover_cap", "no_trade_band", "participation_cap")
WORDS = ("strategy", "score", "cost_model", "benchmark")
COLUMNS = (*WORDS, *CHOICES, *NUMBERS, *LIMITS)


@dataclass(frozen=True)
class Known:
    """What rows of strategies are checked against.

    Attributes
    ----------
    scores : names a strategy may score by, with the asset classes each exists for.
    cost_models : the asset classes that each one speaks of.
    universe : symbols by asset class, each with its sector or None; empty before the first load.
    factor_dates : the entries of that variable.
    """

    scores: Mapping[str, list[str]]
    cost_models: Mapping[str, set[str]]
    universe: Mapping[str, Mapping[str, str | None]]
    factor_dates: tuple[str, ...]


def known_settings(
    variables: Mapping[str, Any], universe: Mapping[str, Mapping[str, str | None]]
) -> Known:
    """Scores, cost models, symbols and dates of a dataset, read once for many rows."""
    cost_models: dict[str, set[str]] = {}
    for _, row in read_rows(seeds_folder() / "cost_models.csv"):
        cost_models.setdefault(row["cost_model"], set()).add(row["asset_class"])
    dates = variables.get("factor_dates")
    return Known(
        scores=known_scores(variables),
        cost_models=cost_models,
        universe=universe,
        factor_dates=tuple(map(str, dates)) if isinstance(dates, list) else (),
    )


def strategy_problems(
    variables: Mapping[str, Any], universe: Mapping[str, Mapping[str, str | None]]
) -> Iterable[str]:
    """What is wrong with the rows of strategies.csv."""
    path = seeds_folder() / "strategies.csv"
    known = known_settings(variables, universe)
    yield from date_problems(variables.get("factor_dates"))
    rows = read_rows(path)
    missing = list(header_problems(rows[0][1])) if rows else []
    if missing:
        yield from (f"{path.name}: {problem}" for problem in missing)
        return
    seen: set[str] = set()
    for line, row in rows:
        where = f"{path.name}, row {line} ({row.get('strategy') or 'without a name'}):"
        if row.get("strategy") and row["strategy"] in seen:
            yield f"{where} the name stands twice. Rename one of the rows."
        seen.add(row.get("strategy", ""))
        yield from (f"{where} {problem}" for problem in row_problems(row, known))


def row_problems(row: Mapping[str, Any], known: Known) -> list[str]:
    """Why a strategy can never hold; empty where it may.

    Parameters
    ----------
    row : a cell for each of ``COLUMNS``, text or number; None and "" are empty cells.
    known : of `known_settings`.

    Returns
    -------
    One sentence or two for each thing that is wrong: what is given, what is allowed, the remedy.
    What builds on a thing that is wrong already is not said.
    """
    cells = {name: "" if value is None else str(value) for name, value in row.items() if name}
    problems = list(header_problems(cells))
    if problems:
        return problems
    checks: list[Callable[[], Iterable[str]]] = [
        lambda: choice_problems(cells),
        lambda: number_problems(cells, NUMBERS),
        lambda: limit_problems(cells),
        lambda: reference_problems(cells, known),
        lambda: constraint_problems(cells, known.universe),
    ]
    if not cells["strategy"]:
        problems.append("it has no name. Write one into the column strategy.")
    for check in checks:
        found = list(check())
        if found:
            return problems + found
    return problems


def header_problems(row: Mapping[str, Any]) -> Iterable[str]:
    """Columns that are missing."""
    for column in COLUMNS:
        if column not in row:
            remedy = "its cells may be empty" if column in LIMITS else "every row needs a value"
            yield f"the column {column} is missing. Add it to the header; {remedy}."


def date_problems(dates: Any) -> Iterable[str]:
    """Entries of the variable factor_dates that mean nothing."""
    if not isinstance(dates, list):
        yield f"vars: factor_dates is '{dates}'; it must be a list of {', '.join(FACTOR_DATES)}."
        return
    for entry in dates:
        if entry not in FACTOR_DATES:
            yield f"vars: factor_dates: '{entry}' means nothing. {nearest(entry, FACTOR_DATES)}"


def choice_problems(row: Mapping[str, str]) -> Iterable[str]:
    """Words that are none of the allowed ones."""
    for column, allowed in CHOICES.items():
        if row[column] not in allowed:
            yield f"{column} is '{row[column]}'; allowed are {', '.join(allowed)}."


def limit_problems(row: Mapping[str, str]) -> Iterable[str]:
    """Limits that are neither empty nor a number above 0."""
    for column in LIMITS:
        if not row[column]:
            continue
        try:
            value = float(row[column])
        except ValueError:
            value = float("nan")
        if not 0 < value < float("inf"):
            yield (
                f"{column} is '{row[column]}'; it must be a number above 0, "
                "or empty for no such limit."
            )


def reference_problems(row: Mapping[str, str], known: Known) -> Iterable[str]:
    """Scores, cost models, benchmarks and dates that do not exist."""
    score, benchmark, cost_model = row["score"], row["benchmark"], row["cost_model"]
    classes = ["equity", "crypto"] if row["asset_class"] == "both" else [row["asset_class"]]
    if score not in known.scores:
        yield f"there is no score '{score}'. {nearest(score, known.scores)}"
    elif set(classes) - set(known.scores[score]):
        yield (
            f"score '{score}' is not computed for {row['asset_class']}, "
            f"only for {', '.join(known.scores[score])}. Choose another score or asset_class."
        )
    if cost_model not in known.cost_models:
        yield (
            f"there is no cost_model '{cost_model}' in cost_models.csv. "
            f"{nearest(cost_model, known.cost_models)}"
        )
    elif set(classes) - known.cost_models[cost_model]:
        missing = ", ".join(sorted(set(classes) - known.cost_models[cost_model]))
        yield (
            f"cost_model '{cost_model}' says nothing of {missing}: add its row to cost_models.csv."
        )
    symbols = set().union(*known.universe.values())
    if benchmark not in BENCHMARKS and (known.universe and benchmark not in symbols):
        yield (
            f"benchmark '{benchmark}' is neither one of {', '.join(BENCHMARKS)} nor a symbol "
            f"of this dataset. {nearest(benchmark, [*BENCHMARKS, *symbols])}"
        )
    needed = NEEDED_DATES.get(row["rebalance"], ())
    if needed and not set(needed) & set(known.factor_dates):
        yield (
            f"rebalance {row['rebalance']} needs factors on those dates: add {needed[0]} to "
            f"vars: factor_dates ({', '.join(known.factor_dates)}), or rebalance less often."
        )


def known_scores(variables: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names a strategy may score by, with the asset classes each exists for."""
    scores: dict[str, list[str]] = {
        "composite": ["equity", "crypto"],
        "family_sleeves": ["equity", "crypto"],
    }
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
