"""Puts a good build where readers look: written whole beside it, then one atomic rename."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from warehouse.copying import copy_whole
from warehouse.environment import write_environment
from warehouse.files import (
    STORAGE_VERSION,
    DatasetFiles,
    WarehouseError,
    connect_memory,
    connect_work,
    quoted,
)
from warehouse.model_files import write_models

# A work file with a larger share of free blocks is written anew instead of copied as it is.
MAX_FREE_SHARE = 0.6


def build_record(files: DatasetFiles) -> Path:
    """What the last good build made; the file is absent while one runs or after it failed."""
    return files.work.with_name(f".{files.name}.build.json")


def newest_load_id(files: DatasetFiles) -> int | None:
    """The highest load_id in raw, None before the first load."""
    connection = connect_work(files)
    try:
        return connection.execute("select max(load_id) from raw.loads").fetchall()[0][0]
    finally:
        connection.close()


def sweep_record(files: DatasetFiles) -> Path:
    """What the last good sweep made, and of which build; absent while one runs or after it failed.

    Its ``build_invocation_id`` names the build whose tables the sweep read. Its relations, views
    among them, stand on those tables: with another build's they would be a mix.
    """
    return files.work.with_name(f".{files.name}.sweep.json")


def write_build_record(
    files: DatasetFiles,
    invocation_id: str,
    manifest: Path,
    variables: Mapping[str, Any],
    project: str,
) -> None:
    """Record a build whose tests passed: its id, the load it read last, the relations it made.

    A sweep reads the variables, to run with those of the build it stands on; an update them and
    the hash of the project, to see whether it may go on from this build.
    """
    nodes = json.loads(manifest.read_text())
    relations = sorted(
        f"{node['schema']}.{node.get('alias') or node['name']}"
        for node in nodes["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    )
    record = {
        "invocation_id": invocation_id,
        "newest_load_id": newest_load_id(files),
        "variables": dict(variables),
        "project": project,
        "relations": relations,
    }
    write_record(build_record(files), record)


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(record, indent=1, default=str))
    os.replace(partial, path)


def publish(files: DatasetFiles) -> Path:
    """Write the published file of a dataset from its work file and rename it into place.

    Relations of the work file that neither the build nor a sweep of that build names are dropped
    first; ``raw`` is kept whole. A reader sees the old file until the rename and the new one
    after it. The fitted models that the new one holds then take the place of those on disk, and
    ``environment.txt`` says with which versions it was made.

    Raises
    ------
    WarehouseError : the last build failed or is missing, raw has loads it has not read, or
        the fitted models cannot be written.
    """
    record = read_build_record(files)
    drop_unnamed(files, {*record["relations"], *swept_relations(files, record)})
    remove_leftovers(files)
    partial = files.published.with_name(f".{files.name}.{os.getpid()}.tmp")
    connection = connect_memory()
    try:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{quoted(files.work)}' as work (read_only)")
        if can_be_copied_as_it_is(connection, files):
            copy_whole(files.work, partial)  # attached: nobody writes meanwhile
        else:
            write_anew(connection, partial)
    finally:
        connection.close()
    with partial.open("rb+") as written:
        os.fsync(written.fileno())
    os.replace(partial, files.published)
    write_models(files)
    write_environment(files)
    return files.published


def can_be_copied_as_it_is(connection: duckdb.DuckDBPyConnection, files: DatasetFiles) -> bool:
    """Whether ``work`` is of the published version, without a log beside it, not mostly free."""
    version = connection.execute(
        "select tags['storage_version'] from duckdb_databases() where database_name = 'work'"
    ).fetchall()[0][0]
    n_blocks, n_free = connection.execute(
        "select total_blocks, free_blocks from pragma_database_size() where database_name = 'work'"
    ).fetchall()[0]
    has_log = files.work.with_name(files.work.name + ".wal").exists()
    is_same_version = str(version).startswith(STORAGE_VERSION)
    return is_same_version and not has_log and n_free <= MAX_FREE_SHARE * n_blocks


def write_anew(connection: duckdb.DuckDBPyConnection, partial: Path) -> None:
    """Every relation of the file ``work`` into a new file, without the free blocks."""
    connection.execute(
        f"attach '{quoted(partial)}' as published (storage_version '{STORAGE_VERSION}')"
    )
    connection.execute("copy from database work to published")
    connection.execute("checkpoint published")


def read_build_record(files: DatasetFiles) -> dict:
    """The record of the last good build, checked against what raw holds now."""
    path = build_record(files)
    if not path.exists():
        raise WarehouseError(
            f"Nothing to publish for {files.name}: its last build failed or has not run. "
            f"Run `make build DATASET={files.dataset}`; the published file stays as it was."
        )
    record = json.loads(path.read_text())
    newest = newest_load_id(files)
    if newest != record["newest_load_id"]:
        raise WarehouseError(
            f"raw of {files.name} has loads up to {newest}, its last build read up to "
            f"{record['newest_load_id']}. Run `make build DATASET={files.dataset}` first."
        )
    return record


def swept_relations(files: DatasetFiles, record: Mapping[str, Any]) -> list[str]:
    """The relations of the last good sweep, if it stands on the recorded build; else none."""
    path = sweep_record(files)
    if not path.exists():
        return []
    sweep = json.loads(path.read_text())
    if sweep["build_invocation_id"] == record["invocation_id"]:
        return sweep["relations"]
    path.unlink()
    print(
        f"The sweep {sweep['sweep']} stood on an earlier build and is dropped; its trials stay "
        f"counted. Again: make sweep GRID={sweep['grid']} DATASET={files.dataset}",
        flush=True,
    )
    return []


def drop_unnamed(files: DatasetFiles, named: set[str]) -> None:
    """Drop relations outside raw that the build does not name: leftovers of removed models."""
    connection = connect_work(files)
    try:
        found = connection.execute(
            "select table_schema, table_name, table_type from information_schema.tables "
            "where table_schema <> 'raw' and table_catalog = current_database()"
        ).fetchall()
        for schema, name, kind in found:
            if f"{schema}.{name}" not in named:
                relation = "view" if kind == "VIEW" else "table"
                connection.execute(f'drop {relation} if exists "{schema}"."{name}" cascade')
    finally:
        connection.close()


def remove_leftovers(files: DatasetFiles) -> None:
    """Remove half-written files of publishes that were killed."""
    for leftover in files.published.parent.glob(f".{files.name}.*.tmp*"):
        leftover.unlink(missing_ok=True)
