"""Reads what users edit: variables, strategies.csv and cost_models.csv."""

from __future__ import annotations

import csv
import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ingest.config import Dataset, load_dataset
from ingest.errors import IngestError
from warehouse.files import REPOSITORY, DatasetFiles, WarehouseError, dataset_files
from warehouse.project_text import LOADER, PROJECT_FILE


class SettingsError(WarehouseError):
    """Settings that can never hold; the message lists each with its file, row and remedy."""


def registries() -> dict[str, Any]:
    """The variables of dbt_project.yml, registries among them."""
    return yaml.load(PROJECT_FILE.read_text(), Loader=LOADER)["vars"]


def merged_variables(dataset: Dataset) -> dict[str, Any]:
    """The dataset's variables; one that is a mapping keeps the project's entries it leaves out."""
    project = registries()
    return {
        name: {**project[name], **value}
        if isinstance(value, dict) and isinstance(project.get(name), dict)
        else value
        for name, value in dataset.vars.items()
    }


def all_variables(dataset: Dataset) -> dict[str, Any]:
    """The project's variables with the dataset's own."""
    return {**registries(), **merged_variables(dataset)}


def files_and_variables(name_or_path: str) -> tuple[DatasetFiles, dict[str, Any]]:
    """Where a dataset's files are, and the project's variables with the dataset's own.

    Raises
    ------
    SettingsError : there is no such dataset file, or it cannot be used.
    """
    try:
        dataset = load_dataset(name_or_path)
    except IngestError as error:
        raise SettingsError(str(error)) from error
    return dataset_files(dataset.name, dataset.given), all_variables(dataset)


def seeds_folder() -> Path:
    """Where strategies.csv and cost_models.csv are: FACTORHOUSE_SEEDS, else the project's own."""
    return REPOSITORY / os.environ.get("FACTORHOUSE_SEEDS", "dbt_project/seeds")


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


def chosen_problems(
    kind: str, names: Sequence[str], chosen: Sequence[str], variables: Mapping[str, Any]
) -> Iterable[str]:
    """Factors or models, chosen on the command line or by the dataset, that do not exist."""
    for name in chosen:
        if name not in names:
            yield f"{kind.upper()}S: there is no {kind} '{name}'. {nearest(name, names)}"
    selected = variables.get(f"selected_{kind}s") or []
    if not isinstance(selected, list):
        yield f"vars: selected_{kind}s is '{selected}'; it must be a list such as [{names[0]}]."
        return
    for name in map(str, selected):
        if name not in names:
            yield f"vars: selected_{kind}s: there is no {kind} '{name}'. {nearest(name, names)}"


def number_problems(row: dict[str, str], columns: Sequence[str]) -> Iterable[str]:
    """Cells that are no number at or above 0."""
    for column in columns:
        try:
            value = float(row.get(column) or "nan")
        except ValueError:
            value = float("nan")
        if not 0 <= value < float("inf"):
            yield f"{column} is '{row.get(column)}'; it must be a number at or above 0."
