"""Lands what is new, builds and publishes; dbt reads the project while the sources are asked."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ingest.config import load_dataset
from warehouse.files import WarehouseError, dataset_files
from warehouse.publish import publish

# What the Python models import: done while the sources are waited for.
SLOW_IMPORTS = (
    "exchange_calendars",
    "joblib",
    "scipy.stats",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "skops.io",
)
SOME_MISSING = 3  # the exit code of an ingest that landed all but some items


def update(
    dataset: str,
    start: date | None = None,
    end: date | None = None,
    factors: Sequence[str] = (),
    models: Sequence[str] = (),
    spark_master: str | None = None,
) -> Path:
    """Bring the published file of a dataset up to date, and return its path.

    Parameters
    ----------
    dataset : name or path of the dataset file.
    spark_master : see `warehouse.build.build`.

    Raises
    ------
    WarehouseError : nothing could be landed, or the build failed; what is published stays.
    """
    spec = load_dataset(dataset)
    dates = [
        part
        for name, day in (("--start", start), ("--end", end))
        if day
        for part in (name, str(day))
    ]
    landing = subprocess.Popen([sys.executable, "-m", "ingest", dataset, "--update", *dates])
    try:
        from warehouse.build import build, dbt_variables  # slow to import
        from warehouse.dbt_runs import read

        parsed = read(spec, dbt_variables(spec, start, end, factors, models=models))
        for module in SLOW_IMPORTS:
            importlib.import_module(module)
        importlib.import_module("models_ml.estimators").packages_distributions()  # slow as well
    finally:
        exit_code = landing.wait()
    if exit_code not in (0, SOME_MISSING):
        raise WarehouseError(
            f"Nothing new was built for {spec.name}: its sources gave nothing that can be used "
            f"(python -m ingest ended with {exit_code}, see above)."
        )
    build(
        *(spec, start, end, factors),
        manifest=parsed.result,
        models=models,
        spark_master=spark_master,
        may_be_tail=True,
    )
    return publish(dataset_files(spec.name, spec.given))
