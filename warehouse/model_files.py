"""Fitted models on disk, as the published file holds them, beside a manifest of what each is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from warehouse.files import DatasetFiles, WarehouseError, open_published
from warehouse.manifest_schema import DATES, SCHEMA

MANIFEST = "manifest.json"
FEATURES = (
    "For each of factors, in this order, its column of factors.factor_matrix (directed rank, "
    "between -0.5 and 0.5), 0 where it is missing; then, in the same order, 1 where it is missing, "
    "else 0. The rows of an asset class on one as_of_date are predicted together, ordered by "
    "symbol."
)
NEWEST = """
select
    model, asset_class, is_pooled, fold_id, importance, parameters, seed, train_start_date,
    train_end_date, train_label_end_date, test_start_date, fingerprint, fit_fingerprint, versions,
    artifact
from scores.model_fits
where status = 'fitted' and artifact is not null
qualify row_number() over (partition by model, asset_class order by test_start_date desc) = 1
order by model, asset_class
"""
AGAIN = (
    "Run `.venv/bin/python -m warehouse models {dataset}`, which writes them anew from the "
    "published file, and try again."
)


def models_folder(files: DatasetFiles) -> Path:
    """Where the fitted models of a dataset are."""
    return files.outputs / "models"


def write_models(files: DatasetFiles) -> Path:
    """Write the newest fitted model of each name and asset class in place of those there.

    The folder is written whole beside the old one and then takes its name: whoever reads it, also
    after a kill, finds all of the one or all of the other (or, within an instant, none).

    Raises
    ------
    WarehouseError : nothing is published, or by a version without scoring models, or the folder
        cannot be written.
    """
    folder = models_folder(files)
    connection = open_published(files)
    try:
        found = connection.execute(NEWEST)
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise WarehouseError(
            f"{files.published} is of an older version and holds no fitted models. Run "
            f"`make build DATASET={files.dataset}` and `make publish DATASET={files.dataset}`."
        ) from error
    finally:
        connection.close()
    partial = folder.with_name(f".models.{os.getpid()}.tmp")
    replaced = folder.with_name(f".models.{os.getpid()}.old")
    try:
        remove_leftovers(folder)
        partial.mkdir(parents=True)
        entries = [write_model(partial, row) for row in rows]
        manifest = {"dataset": files.name, "features": FEATURES, "models": entries}
        (partial / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
        if folder.exists():
            folder.rename(replaced)
        partial.rename(folder)
        shutil.rmtree(replaced, ignore_errors=True)
    except OSError as error:
        raise WarehouseError(
            f"{files.published} is published, but its fitted models could not be written to "
            f"{folder}: {error.strerror}. {AGAIN.format(dataset=files.dataset)}"
        ) from error
    return folder


def remove_leftovers(folder: Path) -> None:
    """Remove what killed runs left beside the folder; an old folder not yet replaced comes back."""
    for old in folder.parent.glob(".models.*.old"):
        if folder.exists():
            shutil.rmtree(old)
        else:
            old.rename(folder)
    for half in folder.parent.glob(".models.*.tmp"):
        shutil.rmtree(half)


def write_model(folder: Path, row: Mapping[str, Any]) -> dict[str, Any]:
    """Write one model's file; its entry in the manifest."""
    path = folder / f"{row['model']}_{row['asset_class']}.skops"
    path.write_bytes(row["artifact"])
    return {
        "file": path.name,
        "sha256": hashlib.sha256(row["artifact"]).hexdigest(),
        **{name: row[name] for name in ("model", "asset_class", "is_pooled", "fold_id", "seed")},
        **{name: str(row[name]) for name in DATES},
        **{name: json.loads(row[name]) for name in ("parameters", "versions")},
        **{name: row[name] for name in ("fingerprint", "fit_fingerprint")},
        "factors": learned_factors(row["importance"]),
    }


def learned_factors(importance: Iterable[Mapping[str, Any]]) -> list[str]:
    """The factors that a fit learned from, in the order of its features."""
    return [item["factor"] for item in importance]


def read_manifest(files: DatasetFiles) -> list[dict[str, Any]]:
    """The entries of the manifest, one per model and asset class.

    Raises
    ------
    WarehouseError : there are no fitted models, or their manifest is damaged.
    """
    path = models_folder(files) / MANIFEST
    try:
        manifest = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise WarehouseError(
            f"There are no fitted models: {path} does not exist. "
            f"{AGAIN.format(dataset=files.dataset)}"
        ) from error
    except (OSError, ValueError) as error:
        raise damaged(files, str(error)) from error
    if wrong := next(SCHEMA.iter_errors(manifest), None):
        raise damaged(files, f"{wrong.json_path}: {wrong.message[:200]}")
    entries = manifest["models"]
    if not entries:
        raise WarehouseError(
            f"There are no fitted models: no fold of {files.name} had enough to learn from "
            "(see scores.model_runs)."
        )
    return entries


def damaged(files: DatasetFiles, why: str) -> WarehouseError:
    """The error for a manifest that cannot be used."""
    return WarehouseError(
        f"{models_folder(files) / MANIFEST} is damaged ({why}). "
        f"{AGAIN.format(dataset=files.dataset)}"
    )


def check_entries(
    files: DatasetFiles,
    connection: duckdb.DuckDBPyConnection,
    entries: Iterable[Mapping[str, Any]],
) -> None:
    """Refuse entries of other fits, or of other factors, than those that are published.

    Raises
    ------
    WarehouseError : naming the first such file.
    """
    fits = connection.execute(
        "select model, asset_class, fold_id, fit_fingerprint, importance from scores.model_fits "
        "where status = 'fitted' and artifact is not null"
    ).fetchall()
    published = {tuple(fit): learned_factors(importance) for *fit, importance in fits}
    for entry in entries:
        path = models_folder(files) / entry["file"]
        key = tuple(entry[name] for name in ("model", "asset_class", "fold_id", "fit_fingerprint"))
        if key not in published:
            raise WarehouseError(
                f"{path} is not of what is published now. {AGAIN.format(dataset=files.dataset)}"
            )
        if entry["factors"] != published[key]:
            raise damaged(files, f"its factors of {path.name} are not those it learned from")


def read_model(files: DatasetFiles, entry: Mapping[str, Any]) -> bytes:
    """The bytes of one model, those that its entry in the manifest was written for.

    Raises
    ------
    WarehouseError : the file is missing or holds other bytes.
    """
    path = models_folder(files) / entry["file"]
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WarehouseError(
            f"{path} cannot be read: {error.strerror}. {AGAIN.format(dataset=files.dataset)}"
        ) from error
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise WarehouseError(
            f"{path} is damaged: it does not hold the bytes that its manifest names. "
            f"{AGAIN.format(dataset=files.dataset)}"
        )
    return data
