"""Writes the two pages that explain a warehouse: its models, and where each column comes from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from ingest.config import Dataset
from warehouse.build import dbt_variables
from warehouse.code_fingerprint import project_fingerprint
from warehouse.dbt_runs import read, run_dbt, target_folder
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
    arguments, variables = ["docs", "generate", "--static"], built_variables(dataset, files)
    result = read(dataset, variables)
    if result.success:
        if put_built_sql(result.result, dataset, files):
            target.mkdir(parents=True, exist_ok=True)
            result.result.write(str(target / "manifest.json"))
            arguments.append("--no-compile")
        result = run_dbt(dataset, arguments, variables, result.result, target=target)
    if not result.success:
        raise WarehouseError(f"dbt docs failed for {dataset.name}. {result.exception or ''}")
    page = files.outputs / "docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(target / "static_index.html", page)
    return [page, write_lineage(files, target / "manifest.json")]


def put_built_sql(manifest: Any, dataset: Dataset, files: DatasetFiles) -> bool:
    """Put the SQL of the last good build into what was read of the project, as dbt's page shows it.

    Returns
    -------
    Whether the project is still that of the build; if not, dbt has to compile it anew.
    """
    record, target = build_record(files), target_folder(dataset.name)
    if not record.exists() or not (target / "run_results.json").exists():
        return False
    recorded = json.loads(record.read_text())
    ran = json.loads((target / "run_results.json").read_text())["metadata"]["invocation_id"]
    if (recorded["project"], recorded["invocation_id"]) != (project_fingerprint(), ran):
        return False
    written = json.loads((target / "manifest.json").read_text())
    for name, node in manifest.nodes.items():
        compiled = written["nodes"].get(name, {}).get("compiled_code")
        if compiled is not None:
            node.compiled, node.compiled_code = True, compiled
    return True


def built_variables(dataset: Dataset, files: DatasetFiles) -> dict[str, Any]:
    """The variables of the last good build, whose columns the file has; else the dataset's."""
    record = build_record(files)
    if record.exists():
        return json.loads(record.read_text())["variables"]
    return dbt_variables(dataset)
