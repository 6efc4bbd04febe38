"""Refuses settings that can never work, by name, before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from ingest.config import Dataset
from warehouse.files import REPOSITORY, connect_work, dataset_files
from warehouse.seeds import SettingsError, nearest, number_problems, read_rows, seeds_folder
from warehouse.strategy_checks import strategy_problems

COST_NUMBERS = ("commission_bps", "half_spread_bps", "impact_coefficient", "borrow_bps_ann")


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


def cost_problems() -> Iterable[str]:
    """What is wrong with the rows of cost_models.csv."""
    path = seeds_folder() / "cost_models.csv"
    for line, row in read_rows(path):
        for problem in number_problems(row, COST_NUMBERS):
            yield f"{path.name}, row {line} ({row.get('cost_model')}): {problem}"
