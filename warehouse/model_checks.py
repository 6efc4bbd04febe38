"""What is wrong with the registry of scoring models, row by row, and with the models chosen."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from warehouse.factor_checks import ASSET_CLASSES
from warehouse.seeds import chosen_problems, nearest

NEEDED = ("estimator", "asset_classes", "seed")
ALLOWED = ("name", *NEEDED, "parameters", "grid", "pooled", "in_ensemble")


def model_problems(variables: Mapping[str, Any], chosen: Sequence[str]) -> Iterable[str]:
    """Rows of the registry that cannot work, and chosen models that it does not hold.

    Parameters
    ----------
    variables : those of dbt_project.yml with the dataset's; ``ml_models`` is the registry.
    chosen : names given on the command line; without any, ``selected_models`` holds.
    """
    if not isinstance(variables["ml_models"], list):
        yield "vars: ml_models: it must be a list of models; `ml_models: []` has none."
        return
    rows = [row for row in variables["ml_models"] if isinstance(row, Mapping)]
    if len(rows) < len(variables["ml_models"]):
        yield "vars: ml_models: an entry is no mapping of name, estimator, asset_classes and seed."
    names = [str(row.get("name")) for row in rows]
    for name, count in Counter(names).items():
        if count > 1:
            yield f"vars: ml_models: {name}: registered {count} times; a model has one row."
    taken = taken_names(variables)
    for row in rows:
        for problem in row_problems(row, taken):
            yield f"vars: ml_models: {row.get('name')}: {problem}"
    yield from chosen_problems("model", names, chosen, variables)


def taken_names(variables: Mapping[str, Any]) -> dict[str, str]:
    """Names of scores that no model may have, and what has each."""
    taken = {"ensemble": "the mean of the models", "composite": "the mean of the families"}
    for factor in variables["factors"]:
        if isinstance(factor, Mapping):
            taken[f"composite_{factor.get('family')}"] = "the mean of a family"
            taken[str(factor.get("name"))] = "a factor"
    return taken


def row_problems(row: Mapping[str, Any], taken: Mapping[str, str]) -> Iterable[str]:
    """What can be seen of one row of the registry without importing anything."""
    name = str(row.get("name"))
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        yield "the name must be of small letters, digits and _."
    if name in taken:
        yield f"the name is that of {taken[name]}. Choose another."
    for key in NEEDED:
        if row.get(key) in (None, "", []):
            yield f"{key} is missing."
    for key in row:
        if key not in ALLOWED:
            yield f"there is no setting '{key}'. {nearest(str(key), ALLOWED)}"
    seed = row.get("seed")
    if seed is not None and (type(seed) is not int or not 0 <= seed < 2**32):
        yield f"seed is '{seed}'; it must be a whole number from 0 to {2**32 - 1}."
    for key in ("pooled", "in_ensemble"):
        if key in row and type(row[key]) is not bool:
            yield f"{key} is '{row[key]}'; it must be true or false."
    yield from class_problems(row)
    yield from parameter_problems(row)


def class_problems(row: Mapping[str, Any]) -> Iterable[str]:
    """Asset classes that do not exist, stand there twice, or cannot be pooled."""
    classes = row.get("asset_classes") or []
    if not isinstance(classes, list):
        yield f"asset_classes is '{classes}'; it must be a list such as [equity]."
        return
    for asset_class, count in Counter(map(str, classes)).items():
        if count > 1:
            yield f"asset class '{asset_class}' stands there {count} times."
        if asset_class not in ASSET_CLASSES:
            yield f"asset class '{asset_class}' is unknown. {nearest(asset_class, ASSET_CLASSES)}"
    if row.get("pooled") is True and len(classes) == 1:
        yield f"pooled, but {classes[0]} is its one asset class. Add another, or drop pooled."


def parameter_problems(row: Mapping[str, Any]) -> Iterable[str]:
    """Fixed parameters and a grid that are no mappings, or have nothing to choose from."""
    for key in ("parameters", "grid"):
        if not isinstance(row.get(key) or {}, Mapping):
            yield f"{key} is '{row[key]}'; it must be a mapping."
            return
    grid = row.get("grid") or {}
    for parameter, values in grid.items():
        if not isinstance(values, list) or not values:
            yield f"grid: {parameter} is '{values}'; it must be a list of values to try."
        if parameter in (row.get("parameters") or {}):
            yield f"{parameter} is fixed in parameters and tried in grid. Drop one of the two."
    fixed = {name: [value] for name, value in (row.get("parameters") or {}).items()}
    for parameter, values in (*fixed.items(), *grid.items()):
        for value in values if isinstance(values, list) else ():
            if is_number_in_words(value):
                yield (
                    f"{parameter} is the text '{value}': YAML reads a number with an exponent only "
                    "if it has a dot and a sign, such as 1.0e-4."
                )


def estimator_problems(variables: Mapping[str, Any], chosen: Sequence[str]) -> Iterable[str]:
    """Estimators that cannot be used, of the models that will be fitted; their rows are good.

    Imports their libraries, which takes more than a second: asked when nothing else is wrong.
    """
    from models_ml.processes import wanted_processes  # slow to import

    try:
        wanted_processes(os.environ)
    except ValueError as error:
        yield str(error)
    fitted = chosen or variables.get("selected_models")
    for row in variables["ml_models"]:
        if not fitted or row["name"] in fitted:
            for problem in unusable(row):
                yield f"vars: ml_models: {row['name']}: {problem}"


def unusable(row: Mapping[str, Any]) -> Iterable[str]:
    """An estimator that cannot be made, or that does not take the row's parameters."""
    from models_ml.estimators import (  # slow to import
        EstimatorError,
        accepted_parameters,
        make_estimator,
    )
    from models_ml.tuning import grid_of

    try:
        accepted = accepted_parameters(row)
        for key in ("parameters", "grid"):
            for parameter in row.get(key) or {}:
                if parameter not in accepted:
                    hint = nearest(str(parameter), accepted)
                    yield f"{key}: {row['estimator']} takes no '{parameter}'. {hint}"
                    return
        for point in grid_of(row):
            make_estimator(row, point)
    except EstimatorError as error:
        yield str(error)


def is_number_in_words(value: Any) -> bool:
    """Whether a text would be a number, had YAML read it as one."""
    if not isinstance(value, str):
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True
