"""Runs dbt on a dataset's work file, with the dataset's settings as dbt variables."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from tqdm import tqdm

from ingest.config import Dataset
from warehouse.clocks import clock_variables, prepare_raw, said_clocks
from warehouse.code_fingerprint import code_fingerprint
from warehouse.files import REPOSITORY, WarehouseError, dataset_files
from warehouse.preflight import check_settings
from warehouse.publish import build_record, write_build_record
from warehouse.seeds import SettingsError, merged_variables, seeds_folder


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


class Progress:
    """A bar over the nodes of a dbt run, where there is a terminal to draw it on, and its errors.

    dbt's own logs are off: writing thousands of lines took a tenth of a build's processor time.
    DBT_LOG_LEVEL_FILE=debug brings its file back.
    """

    def __init__(self) -> None:
        self.bar = tqdm(desc="dbt", unit=" nodes", disable=None, leave=False)

    def on_event(self, event: Any) -> None:
        """Count finished nodes; show the name of the one that started last; print errors."""
        if event.info.level == "error":
            self.bar.write(event.info.msg)
        elif event.info.name == "LogStartLine":
            self.bar.total = max(self.bar.total or 0, event.data.total)
            self.bar.set_postfix_str(event.data.node_info.node_name[:40], refresh=False)
        elif event.info.name == "NodeFinished":
            self.bar.update()

    def close(self) -> None:
        """Take the bar away."""
        self.bar.close()


def target_folder(name: str) -> Path:
    """Where dbt keeps what it compiles for a dataset: FACTORHOUSE_TARGET_DIR, else target/."""
    folder = Path(os.environ.get("FACTORHOUSE_TARGET_DIR", REPOSITORY / "target"))
    return folder.resolve() / name


def as_yaml(variables: dict[str, Any]) -> str:
    """The variables as dbt reads them: every number comes back the same.

    JSON would not do: it writes 3e-05, which YAML 1.1 reads as text, since it has no point.
    """
    return yaml.safe_dump(variables, sort_keys=False, allow_unicode=True)


def run_dbt(
    dataset: Dataset,
    arguments: Sequence[str],
    variables: dict[str, Any],
    manifest: Any = None,
    target: Path | None = None,
    seeds: Path | None = None,
) -> Any:
    """Invoke dbt in this process, in the repository, on the dataset's work file.

    ``manifest`` is what ``dbt parse`` made of the project with the same variables, if it has run.
    ``target`` is where dbt keeps what it compiles, if not in the dataset's own folder; ``seeds``
    holds the seeds, if not the folder that the user named.
    dbt works in the folder of the work file, so that what it remembers of the project (its partial
    parse) serves wherever the file lies.
    """
    files = dataset_files(dataset.name)
    target = target or target_folder(dataset.name)
    os.environ["FACTORHOUSE_DATASET"] = dataset.name
    os.environ["FACTORHOUSE_WAREHOUSE_DIR"] = "."
    os.environ["FACTORHOUSE_CODE_FINGERPRINT"] = code_fingerprint()
    os.environ["DBT_TARGET_PATH"] = str(target)
    os.environ.setdefault("DBT_LOG_PATH", str(target_folder(dataset.name) / "logs"))
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
    folders = ["--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY)]
    progress = Progress()
    before = Path.cwd()
    files.work.parent.mkdir(parents=True, exist_ok=True)
    os.chdir(files.work.parent)
    try:
        with seeds_in(seeds or seeds_folder(), target):
            return dbtRunner(manifest=manifest, callbacks=[progress.on_event]).invoke(
                ["--log-level", "none", *arguments, *folders, "--vars", as_yaml(variables)]
            )
    finally:
        DuckDBConnectionManager.close_all_connections()  # else dbt holds the file until the end
        progress.close()
        os.chdir(before)
        os.environ["FACTORHOUSE_WAREHOUSE_DIR"] = str(files.work.parent)


@contextmanager
def seeds_in(folder: Path, target: Path) -> Iterator[None]:
    """dbt reads the seeds of a folder meanwhile; of one elsewhere, a copy.

    dbt writes what it compiles of a seed to the seed's own path below its target: where that path
    is absolute, over the seed itself.
    """
    before = os.environ.get("FACTORHOUSE_SEEDS")
    if folder.resolve() != REPOSITORY / "dbt_project" / "seeds":
        if not folder.is_dir():
            raise SettingsError(f"{folder} does not exist. Restore it, or set FACTORHOUSE_SEEDS.")
        copies = target / "seeds"
        shutil.rmtree(copies, ignore_errors=True)
        shutil.copytree(folder, copies)
        os.environ["FACTORHOUSE_SEEDS"] = str(copies)
    try:
        yield
    finally:
        os.environ.pop("FACTORHOUSE_SEEDS", None)
        if before is not None:
            os.environ["FACTORHOUSE_SEEDS"] = before


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
) -> None:
    """Seeds, models and tests, in the order of their lineage; records the build if all is well.

    Without its tests (``models_alone``) or for a part of the models (``select``, dbt's syntax) it
    is no build to publish, and is not recorded. Vintages that landed after ``known_at`` are not
    read (see `warehouse.clocks`).

    Raises
    ------
    WarehouseError : nothing was ingested, a setting can never hold, a model or a test failed.
    """
    files = dataset_files(dataset.name, dataset.given)
    build_record(files).unlink(missing_ok=True)
    if start and end and start > end:
        raise WarehouseError(f"START {start} lies after END {end}: there is no day to build.")
    if not files.work.exists():
        raise WarehouseError(
            f"{files.work} does not exist: run `make ingest DATASET={files.dataset}` first."
        )
    newest_load = prepare_raw(files, known_at)
    check_settings(dataset, factors, models)
    left_out = ["unit_test", "test"] if models_alone else ["unit_test"]
    arguments = ["build", "--exclude-resource-types", *left_out]
    arguments += ["--select", select] if select else []
    variables = dbt_variables(dataset, start, end, factors, known_at, models)
    result = run_dbt(dataset, arguments, variables, manifest)
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
    write_build_record(files, invocation_id, target / "manifest.json", variables)


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
