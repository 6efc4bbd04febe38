"""Builds a dataset's work file, with the dataset's settings as dbt variables."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, datetime
from typing import Any

import duckdb

from ingest.config import Dataset
from warehouse.build_order import MINDS_MEMORY
from warehouse.clocks import clock_variables, prepare_raw, said_clocks
from warehouse.code_fingerprint import project_fingerprint
from warehouse.dbt_runs import read, run_dbt, target_folder
from warehouse.files import DatasetFiles, WarehouseError, dataset_files, writers_memory
from warehouse.preflight import check_settings
from warehouse.publish import build_record, write_build_record
from warehouse.seeds import all_variables, merged_variables
from warehouse.tail import WholeBuildError, tail_variables

LARGE = 10_000_000  # bars of which any two models at a time would go beyond memory, into files
AMPLE = 5_500_000_000  # bytes from which on a large model and a small one fit beside each other


def dbt_variables(
    dataset: Dataset,
    start: date | None = None,
    end: date | None = None,
    factors: Sequence[str] = (),
    known_at: datetime | None = None,
    models: Sequence[str] = (),
) -> dict[str, Any]:
    """The dbt variables of a run: the dataset's own, then its clocks and what was chosen.

    Without chosen factors or models those of the dataset file hold, if it names any, else all.
    """
    variables: dict[str, Any] = {
        **merged_variables(dataset),
        "dataset": dataset.name,
        "base_currency": dataset.base_currency,
    }
    if factors:
        variables["selected_factors"] = list(factors)
    if models:
        variables["selected_models"] = list(models)
    clocks = clock_variables(start or dataset.start, end or dataset.end, known_at)
    return variables | clocks


def build(
    dataset: Dataset,
    start: date | None = None,
    end: date | None = None,
    factors: Sequence[str] = (),
    models_alone: bool = False,
    select: str = "",
    known_at: datetime | None = None,
    manifest: Any = None,
    models: Sequence[str] = (),
    spark_master: str | None = None,
    may_be_tail: bool = False,
    is_checked: bool = False,
) -> None:
    """Seeds, models and tests, in the order of their lineage; records the build if all is well.

    Where it may be the tail of the last build (see `warehouse.tail`) and what landed since allows
    it, tables that grow are made anew from the first new day on alone.

    Without its tests (``models_alone``) or for a part of the models (``select``, dbt's syntax) it
    is no build to publish, and is not recorded. Vintages that landed after ``known_at`` are not
    read (see `warehouse.clocks`). Settings that `warehouse.preflight` has found good are not looked
    at again (``is_checked``). With a Spark master, or "" for this machine's cores, Spark runs
    the models (see `warehouse.spark`).

    Raises
    ------
    WarehouseError : nothing was ingested, a setting can never hold, a model or a test failed.
    """
    files = dataset_files(dataset.name, dataset.given)
    last_build = taken_record(files)
    if start and end and start > end:
        raise WarehouseError(f"START {start} lies after END {end}: there is no day to build.")
    if not files.work.exists():
        raise WarehouseError(
            f"{files.work} does not exist: run `make ingest DATASET={files.dataset}` first."
        )
    newest_load = prepare_raw(files, known_at)
    if not is_checked:
        check_settings(dataset, factors, models)
    variables = dbt_variables(dataset, start, end, factors, known_at, models)
    project = project_fingerprint()
    tail: dict[str, Any] = {}
    if spark_master is None:
        tail = tail_of(dataset, files, variables, last_build) if may_be_tail else {}
        left_out = ["unit_test", "test"] if models_alone else ["unit_test"]
        arguments = ["build", "--exclude-resource-types", *left_out]
        arguments += ["--select", select] if select else []
        if is_large(files) and not tail:
            if has_ample_memory():
                MINDS_MEMORY.set()
            else:
                arguments += ["--threads", "1"]
        try:
            result = run_dbt(dataset, arguments, variables | tail, manifest)
        finally:
            MINDS_MEMORY.clear()
    else:
        from warehouse.spark.build import run_on_spark

        result = run_on_spark(
            dataset,
            variables,
            master=spark_master,
            is_tested=not models_alone,
            select=select,
            manifest=manifest,
        )
    if not result.success:
        raise WarehouseError(
            f"The build of {dataset.name} failed; what is published stays as it was. "
            f"{failures(result)}"
        )
    kinds = (str(entry.node.resource_type) for entry in result.result)
    counts = Counter(kind for kind in kinds if kind in ("model", "seed", "test"))
    said = ", ".join(f"{count} {kind}s" for kind, count in sorted(counts.items()))
    print(f"Built {dataset.name}: {said} in {result.result.elapsed_time:.0f} s", flush=True)
    print(f"  {said_clocks(end or dataset.end, known_at, newest_load)}", flush=True)
    if models_alone or select:
        return
    target = target_folder(dataset.name)
    run_results = json.loads((target / "run_results.json").read_text())
    invocation_id = run_results["metadata"]["invocation_id"]
    write_build_record(files, invocation_id, target / "manifest.json", variables, project)


def read_quietly(dataset: Dataset, factors: Sequence[str], models: Sequence[str]) -> Any:
    """What dbt reads of the project, for `build`; None where it cannot: the build says why."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        found = read(dataset, dbt_variables(dataset, factors=factors, models=models))
    return found.result if found.success else None


def is_large(files: DatasetFiles) -> bool:
    """Whether so many bars have landed that not any two models fit into memory together."""
    with duckdb.connect(str(files.work), read_only=True) as connection:
        n_bars = connection.execute(
            "select coalesce(max(estimated_size), 0) from duckdb_tables() "
            "where schema_name = 'raw' and table_name = 'prices'"
        ).fetchall()[0][0]
    return n_bars >= LARGE


def has_ample_memory() -> bool:
    """Whether DuckDB may take enough for a large market's models to run beside small ones."""
    with duckdb.connect() as connection:
        limit = connection.execute("select parse_formatted_bytes(?)", [writers_memory()])
        return limit.fetchall()[0][0] >= AMPLE


def taken_record(files: DatasetFiles) -> dict[str, Any] | None:
    """The record of the last build, None if that was not good; gone until this one is."""
    path = build_record(files)
    record = json.loads(path.read_text()) if path.exists() else None
    path.unlink(missing_ok=True)
    return record


def tail_of(
    dataset: Dataset,
    files: DatasetFiles,
    variables: Mapping[str, Any],
    last_build: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The variables of a tail build, none if all is to be made anew; says which, and why."""
    lags = all_variables(dataset)["publication_lag_days"]
    try:
        tail = tail_variables(files, last_build, variables, lags)
    except WholeBuildError as reason:
        print(f"Building all of {dataset.name}: {reason}", flush=True)
        return {}
    print(f"Building {dataset.name} from {tail['tail_from']} on: all that is new is of", end=" ")
    print("those days; what grows by the day keeps its earlier rows", flush=True)
    return tail


def failures(result: Any) -> str:
    """One line per failed model or test."""
    if result.exception is not None:
        return str(result.exception)
    failed = [
        f"{entry.node.name}: {gist(str(entry.message))}"
        for entry in result.result or []
        if str(entry.status) in ("error", "fail")
    ]
    return "Failed: " + "; ".join(failed[:10]) if failed else ""


def gist(message: str) -> str:
    """What a dbt message says first and, where a Python model failed, its last line: the reason."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    return lines[0] if "Traceback" not in message else f"{lines[0]}: {lines[-1]}"
