"""From a row of the registry to an unfitted model."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from sklearn.base import is_regressor


class EstimatorError(ValueError):
    """A registry row names no usable factory or regressor."""


def resolve(estimator: str) -> Callable[..., Any]:
    """The factory or class at an import path such as ``sklearn.ensemble.ExtraTreesRegressor``.

    Raises
    ------
    EstimatorError : nothing can be imported there, or it cannot make a regressor.
    """
    module_name, _, name = estimator.rpartition(".")
    try:
        found = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise EstimatorError(
            f"estimator '{estimator}' cannot be imported: {error}. Name a regressor by its import "
            "path, such as sklearn.ensemble.ExtraTreesRegressor, or a factory of models_ml, such "
            "as models_ml.ridge.make_model."
        ) from error
    if not callable(found):
        raise EstimatorError(f"estimator '{estimator}' is no class and no function.")
    if inspect.isclass(found) and not (hasattr(found, "fit") and hasattr(found, "predict")):
        raise EstimatorError(f"estimator '{estimator}' is a class without fit and predict.")
    return found


def resolve_all(estimators: Iterable[str]) -> None:
    """Load what stands at some import paths; one that cannot be had is said where it is fitted."""
    for estimator in estimators:
        with suppress(EstimatorError):
            resolve(estimator)


def make_estimator(row: Mapping[str, Any], chosen: Mapping[str, Any]) -> Any:
    """An unfitted regressor: fixed parameters of its registry row, then those chosen for the fold.

    A factory is called as ``factory(parameters, seed)``. A class gets the parameters; its
    ``random_state`` is the seed and its ``n_jobs`` 1, where it has them and the row does not say.

    Raises
    ------
    EstimatorError : nothing usable is at the import path, what is there does not take the
        parameters, or it makes something else than a regressor.
    """
    parameters = {**(row.get("parameters") or {}), **chosen}
    found = resolve(row["estimator"])
    try:
        make = partial(of_class, found) if inspect.isclass(found) else found
        made = make(parameters, row["seed"])
    except Exception as error:
        raise EstimatorError(
            f"estimator '{row['estimator']}' cannot be made with {parameters}: {error}"
        ) from error
    if not is_regressor(made):
        raise EstimatorError(
            f"estimator '{row['estimator']}' is no regressor: scikit-learn's is_regressor says so "
            "of what it makes. A class of your own derives from sklearn.base.RegressorMixin."
        )
    return made


def of_class(found: Callable[..., Any], parameters: Mapping[str, Any], seed: int) -> Any:
    """A regressor of a class, with our seed and one thread where the parameters do not say."""
    accepted = found().get_params()
    own = {"random_state": seed, "n_jobs": 1}
    own = {name: value for name, value in own.items() if name in accepted}
    return found(**own | dict(parameters))


def accepted_parameters(row: Mapping[str, Any]) -> set[str]:
    """Names of the parameters that the row's estimator takes, at whatever depth they lie.

    Raises
    ------
    EstimatorError : nothing usable is at its import path, or it fails without parameters.
    """
    names = make_estimator({**row, "parameters": {}}, {}).get_params(deep=True)
    return {name.rpartition("__")[2] for name in names}


def source_of(row: Mapping[str, Any]) -> bytes:
    """The source file of the row's factory or class; a change of it makes a fit anew."""
    return Path(inspect.getsourcefile(inspect.unwrap(resolve(row["estimator"])))).read_bytes()


@cache
def versions_of(estimator: str) -> dict[str, str]:
    """Versions of the libraries that a fit of an estimator depends on, by package name."""
    packages = packages_distributions()
    root = estimator.partition(".")[0]
    found = resolve(estimator)
    roots = {"numpy", "scipy", "sklearn", "shap", "skops", root}
    roots |= {
        value.__module__.partition(".")[0]
        for value in vars(inspect.getmodule(found)).values()
        if inspect.isclass(value)
    }
    names = {name for one in roots for name in packages.get(one, ())}
    return {name: importlib.metadata.version(name) for name in sorted(names)}


@cache
def packages_distributions() -> Mapping[str, list[str]]:
    """Installed packages by the name they are imported by."""
    return importlib.metadata.packages_distributions()
