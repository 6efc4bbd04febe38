"""Runs a grid of strategies beside those of strategies.csv, on what the last build made."""

from __future__ import annotations

import csv
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.config import Dataset
from warehouse.build import failures
from warehouse.dbt_runs import run_dbt, target_folder
from warehouse.files import DatasetFiles, WarehouseError, connect_work, dataset_files
from warehouse.preflight import universe_of
from warehouse.publish import publish, read_build_record, sweep_record, write_record
from warehouse.seeds import all_variables, seeds_folder
from warehouse.strategy_checks import known_settings, row_problems
from warehouse.sweep_grid import Sweep, read_sweep, refused, unknown_words

SCHEMAS = ("sweep_seeds", "sweep_construction", "sweep_portfolios", "sweep_performance")
SELECTED = ("tag:sweep", "resource_type:seed")
MOST_NAMED = 10
# One row per trade or day and name of every strategy: the build has tested the same SQL on fewer.
TESTED_IN_BUILDS_ALONE = (
    "positions",
    "holdings",
    "trades",
    "target_weights",
    "book_paths",
    "orders",
)
COMMENTS = {
    "sweep_construction.refused_strategies": (
        "One row per strategy and reason: strategies of the sweep that can never hold, left out."
    ),
    "sweep_performance.sweep_runs": "One row per sweep: the one whose tables stand beside it.",
}


def sweep(dataset: Dataset, grid: Path) -> Path:
    """Build books, profit and loss and metrics of a grid's strategies, and publish them.

    They go into schemas of their own (``SCHEMAS``), in place of those of the last sweep; the
    strategies of strategies.csv and all else stay as they are. Every row is a trial of the ledger.

    Returns
    -------
    The published file.

    Raises
    ------
    SettingsError : the grid has a mistake, or all its rows can never hold.
    WarehouseError : there is no good build to stand on, a model or test failed.
    """
    started = time.monotonic()
    files = dataset_files(dataset.name, dataset.given)
    record = build_to_stand_on(files)
    asked = read_sweep(grid)
    kept, reasons = sorted_out(dataset, asked, record["variables"])
    say_refused(asked, reasons)
    sweep_record(files).unlink(missing_ok=True)
    drop_schemas(files)
    target = target_folder(dataset.name) / "sweep"
    write_seeds(target / "rows", kept)
    run_models(dataset, asked, record, target)
    relations = write_account(files, asked, kept, reasons, record)
    write_record(
        sweep_record(files),
        {
            "sweep": asked.name,
            "grid": str(grid),
            "build_invocation_id": record["invocation_id"],
            "relations": [*built_relations(target / "manifest.json"), *relations],
        },
    )
    path = publish(files)
    print(
        f"Swept {asked.name}: {len(kept):,} strategies, {len(reasons):,} refused, "
        f"in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return path


def build_to_stand_on(files: DatasetFiles) -> dict[str, Any]:
    """The record of the last build, which made the factors and scores."""
    if not files.work.exists():
        raise WarehouseError(
            f"{files.work} does not exist: a sweep needs a build to stand on. "
            f"Run `make all DATASET={files.dataset}` first."
        )
    return read_build_record(files)


def sorted_out(
    dataset: Dataset, asked: Sweep, built_with: dict[str, Any]
) -> tuple[list[dict[str, str]], dict[str, tuple[dict[str, str], list[str]]]]:
    """The rows that may hold, and by name those that can never, each with its reasons.

    Raises
    ------
    SettingsError : a word that no row could have, or not one row may hold.
    """
    known = known_settings(all_variables(dataset) | built_with, universe_of(dataset))
    mistakes = list(unknown_words(asked, known))
    if mistakes:
        raise refused(asked.path, mistakes)
    kept, reasons = [], {}
    for row in asked.rows:
        problems = row_problems(row, known)
        if problems:
            reasons[row["strategy"]] = (row, problems)
        else:
            kept.append(row)
    if not kept:
        lines = [f"{name}: {said[0]}" for name, (_, said) in reasons.items()]
        raise refused(asked.path, ["not one of its strategies may hold:", *lines[:MOST_NAMED]])
    return kept, reasons


def say_refused(asked: Sweep, reasons: Mapping[str, tuple[Any, Sequence[str]]]) -> None:
    """Name what is left out and why, before anything runs."""
    print(f"Sweep {asked.name}: {len(asked.rows):,} strategies of {asked.path}", flush=True)
    if not reasons:
        return
    print(f"  {len(reasons):,} can never hold and are left out:", flush=True)
    names: dict[str, list[str]] = {}
    for name, (_, problems) in reasons.items():
        names.setdefault(problems[0], []).append(name)
    for reason, alike in list(names.items())[:MOST_NAMED]:
        others = f" and {len(alike) - 1:,} more" if len(alike) > 1 else ""
        print(f"    {alike[0]}{others}: {reason}", flush=True)
    if len(names) > MOST_NAMED:
        print(f"    and {len(names) - MOST_NAMED:,} more reasons", flush=True)
    print("  each with its settings in sweep_construction.refused_strategies", flush=True)


def drop_schemas(files: DatasetFiles) -> None:
    """Take away what an earlier sweep made."""
    connection = connect_work(files)
    try:
        for schema in SCHEMAS:
            connection.execute(f"drop schema if exists {schema} cascade")
    finally:
        connection.close()


def write_seeds(folder: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """The seeds of the sweep: its strategies, and the cost models as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(seeds_folder() / "cost_models.csv", folder / "cost_models.csv")
    with (folder / "strategies.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def run_models(dataset: Dataset, asked: Sweep, record: Mapping[str, Any], target: Path) -> None:
    """Run dbt on the models of strategies, with the variables of the build they stand on."""
    variables = {**record["variables"], "sweep": asked.name}
    arguments = [
        *("build", "--exclude-resource-types", "unit_test"),
        *("--indirect-selection", "buildable", "--select", *SELECTED),
        *("--exclude", *(f"{model}+1,resource_type:test" for model in TESTED_IN_BUILDS_ALONE)),
    ]
    result = run_dbt(dataset, arguments, variables, target=target, seeds=target / "rows")
    if not result.success:
        raise WarehouseError(
            f"The sweep {asked.name} failed; what is published stays as it was. {failures(result)}"
        )
    kinds = Counter(str(entry.node.resource_type) for entry in result.result)
    said = ", ".join(f"{kinds[kind]} {kind}s" for kind in ("model", "seed", "test"))
    print(f"  built {said} in {result.result.elapsed_time:.0f} s", flush=True)


def built_relations(manifest: Path) -> list[str]:
    """What a sweep builds, but for the ledger, which is the build's."""
    nodes = json.loads(manifest.read_text())["nodes"].values()
    return sorted(
        f"{node['schema']}.{node.get('alias') or node['name']}"
        for node in nodes
        if node["resource_type"] in ("model", "seed") and node["schema"] in SCHEMAS
    )


def write_account(
    files: DatasetFiles,
    asked: Sweep,
    kept: Sequence[Mapping[str, str]],
    reasons: Mapping[str, tuple[Mapping[str, str], Sequence[str]]],
    record: Mapping[str, Any],
) -> Iterable[str]:
    """Write what was refused and what was run into the work file; the relations' names."""
    connection = connect_work(files)
    try:
        connection.execute(
            "create or replace table sweep_construction.refused_strategies "
            "(strategy varchar, settings json, reason varchar)"
        )
        rows = [
            (name, json.dumps(row), reason)
            for name, (row, problems) in reasons.items()
            for reason in problems
        ]
        if rows:
            connection.executemany(
                "insert into sweep_construction.refused_strategies values (?, ?, ?)", rows
            )
        connection.execute(
            "create or replace table sweep_performance.sweep_runs as select "
            "? as sweep, ? as grid, ?::bigint as n_strategies, ?::bigint as n_refused, "
            "?::bigint as newest_load_id, ?::timestamp as finished_at",
            [
                *(asked.name, asked.path.read_text(), len(kept), len(reasons)),
                *(record["newest_load_id"], datetime.now(UTC).replace(tzinfo=None)),
            ],
        )
        for relation, comment in COMMENTS.items():
            connection.execute(f"comment on table {relation} is '{comment}'")
    finally:
        connection.close()
    return COMMENTS
