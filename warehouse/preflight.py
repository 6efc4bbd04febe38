"""Refuses settings that can never work, by name, before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.config import Dataset
from warehouse.clocks import TAIL
from warehouse.cost_checks import cost_problems, cost_variable_problems
from warehouse.factor_checks import factor_problems
from warehouse.files import connect_work, dataset_files
from warehouse.model_checks import estimator_problems, model_problems
from warehouse.seeds import SettingsError, all_variables, nearest, registries
from warehouse.strategy_checks import strategy_problems
from warehouse.walk_forward_checks import walk_forward_problems

CALENDARS = ("equity_sessions", "calendar_days")
WORDS = {
    "calendars": dict.fromkeys(("equity", "crypto", "both"), CALENDARS),
    "walk_forward": {
        "window": ("expanding", "rolling"),
        "inner_splits": ("walk_forward", "k_fold", "combinatorial"),
    },
}


def check_settings(
    dataset: Dataset, factors: Sequence[str] = (), models: Sequence[str] = ()
) -> None:
    """Check registries, what is chosen of them, variables, strategies and costs, before all runs.

    Raises
    ------
    SettingsError : naming every file, row and value at fault, what is allowed, and the remedy.
    """
    variables = all_variables(dataset)
    universe = universe_of(dataset)
    problems = [
        *factor_problems(variables, factors),
        *model_problems(variables, models),
        *variable_problems(dataset),
        *walk_forward_problems(variables),
        *strategy_problems(variables, universe),
        *cost_problems(),
        *cost_variable_problems(variables),
    ]
    if not problems:
        problems = [*estimator_problems(variables, models)]
    if problems:
        raise SettingsError("Nothing was run:\n" + "\n".join(f"  {line}" for line in problems))


def variable_problems(dataset: Dataset) -> Iterable[str]:
    """Variables of the dataset file that the project does not have, or values it cannot take."""
    project = registries()
    for name, value in dataset.vars.items():
        where = f"{dataset.path}: vars: "
        if name not in project:
            yield f"{where}'{name}' is no variable. {nearest(name, project)}"
            continue
        if name in TAIL:
            yield f"{where}{name} is set by `make update` alone."
        given = value if isinstance(value, dict) else {}
        if isinstance(project[name], dict):
            if not isinstance(value, dict):
                entries = ", ".join(project[name])
                yield f"{where}{name} is '{value}'; it must be a mapping of {entries}."
            for key in given:
                if key not in project[name]:
                    yield f"{where}{name} has no entry '{key}'. {nearest(key, project[name])}"
        for key, allowed in WORDS.get(name, {}).items():
            if given.get(key, allowed[0]) not in allowed:
                yield f"{where}{name}.{key} is '{given[key]}'; allowed are {', '.join(allowed)}."


def universe_of(dataset: Dataset) -> dict[str, dict[str, str | None]]:
    """Symbols by asset class as last landed, each with its sector; empty before the first load."""
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
            "select asset_class, symbol, max(sector) from raw.universe "
            "where symbol in (select symbol from raw.prices) group by all"
        ).fetchall()
    finally:
        connection.close()
    symbols: dict[str, dict[str, str | None]] = {}
    for asset_class, symbol, sector in rows:
        symbols.setdefault(asset_class, {})[symbol] = sector or None
    return symbols
