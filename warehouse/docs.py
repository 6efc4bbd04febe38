"""Writes the two pages that explain a warehouse: its models, and where each column comes from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from ingest.config import Dataset
from warehouse.build import dbt_variables
from warehouse.dbt_runs import run_dbt, target_folder
from warehouse.files import DatasetFiles, WarehouseError, dataset_files
from warehouse.lineage.page import write_lineage
from warehouse.publish import build_record


def write_docs(dataset: Dataset) -> list[Path]:
    """Write dbt's page and ``lineage.html``, each one self-contained file.

    dbt's page holds every model with its columns, tests and lineage graph.

    Raises
    ------
    WarehouseError : nothing was built, or dbt cannot read the project.
    """
    files = dataset_files(dataset.name, dataset.given)
    if not files.work.exists():
        raise WarehouseError(
            f"{files.work} does not exist: run `make all DATASET={files.dataset}`."
        )
    # A target of its own, so that what the last build did stays on record.
    target = target_folder(dataset.name) / "docs"
    arguments = ["docs", "generate", "--static"]
    result = run_dbt(dataset, arguments, built_variables(dataset, files), target=target)
    if not result.success:
        raise WarehouseError(f"dbt docs failed for {dataset.name}. {result.exception or ''}")
    page = files.outputs / "docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(target / "static_index.html", page)
    return [page, write_lineage(files, target / "manifest.json")]


def built_variables(dataset: Dataset, files: DatasetFiles) -> dict[str, Any]:
    """The variables of the last good build, whose columns the file has; else the dataset's."""
    record = build_record(files)
    if record.exists():
        return json.loads(record.read_text())["variables"]
    return dbt_variables(dataset)
