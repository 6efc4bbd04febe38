"""Runs dbt in this process, on a dataset's work file; what it reads of the project is kept."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from tqdm import tqdm

from ingest.config import Dataset
from warehouse.build_order import take_longest_chains_first
from warehouse.clocks import CLOCKS, TAIL
from warehouse.code_fingerprint import code_fingerprint
from warehouse.collecting import uncollected
from warehouse.dbt_events import FINISHED, STARTED, hear_little
from warehouse.files import REPOSITORY, dataset_files
from warehouse.seeds import SettingsError, seeds_folder

# Seconds after which a thread that computes in Python lets another do so. Python's own 0.005 is
# long for one that comes back from a short query or from numpy: with it two Python models side by
# side took three times as long.
SWITCH_INTERVAL = 0.0005
# How many objects come before Python looks for garbage: dbt makes many, and nearly all go at once.
SELDOM = (50_000, 20, 20)
MOST_KEPT = 4  # of what was read with other settings, four megabytes each; the last used ones


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
        elif event.info.name == STARTED:
            self.bar.total = max(self.bar.total or 0, event.data.total)
            self.bar.set_postfix_str(event.data.node_info.node_name[:40], refresh=False)
        elif event.info.name == FINISHED:
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

    ``manifest`` is what `read` gave with the same variables, clocks apart, if it was asked before.
    ``target`` is where dbt keeps what it compiles, if not in the dataset's own folder; ``seeds``
    holds the seeds, if not the folder that the user named.
    """
    target = target or target_folder(dataset.name)
    with ready(dataset, target, seeds) as folder:
        if manifest is None:
            found = read_project(dataset, variables, folder)
            if not found.success:
                return found
            manifest = found.result
        gc.freeze()  # to look through what was read for garbage, again and again, takes seconds
        thresholds = gc.get_threshold()
        gc.set_threshold(*SELDOM)
        try:
            return invoke([*arguments, "--target-path", str(target)], variables, manifest)
        finally:
            gc.set_threshold(*thresholds)
            gc.unfreeze()


def read(dataset: Dataset, variables: dict[str, Any]) -> Any:
    """dbt's answer to reading the project, to be given to `run_dbt` as its manifest later."""
    with ready(dataset, target_folder(dataset.name), None) as seeds:
        return read_project(dataset, variables, seeds)


def shaping_variables(variables: dict[str, Any]) -> dict[str, Any]:
    """Those that the project as dbt reads it depends on: all but what decides about rows alone."""
    return {name: value for name, value in variables.items() if name not in (*CLOCKS, *TAIL)}


def read_project(dataset: Dataset, variables: dict[str, Any], seeds: Path) -> Any:
    """What dbt reads of the project: seven processor seconds, or one where it has read it before.

    dbt reads all of it anew when a variable changes. The clocks decide about rows alone, so that
    reading goes without them, and what was read serves them all.
    """
    shaping = shaping_variables(variables)
    told = f"{os.path.relpath(seeds, REPOSITORY)}\n{as_yaml(shaping)}"
    key = hashlib.sha256(told.encode()).hexdigest()[:12]
    kept = target_folder(dataset.name) / "read"
    (kept / key).mkdir(parents=True, exist_ok=True)
    os.utime(kept / key)
    with suppress(FileNotFoundError):  # another process drops them too
        for older in sorted(kept.iterdir(), key=lambda path: path.stat().st_mtime)[:-MOST_KEPT]:
            shutil.rmtree(older, ignore_errors=True)
    with uncollected():
        return invoke(["parse", "--no-write-json", "--target-path", str(kept / key)], shaping)


def invoke(arguments: Sequence[str], variables: dict[str, Any], manifest: Any = None) -> Any:
    """dbt's own command line, in this process."""
    take_longest_chains_first()
    hear_little()
    progress, interval = Progress(), sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    folders = ["--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY)]
    try:
        return dbtRunner(manifest=manifest, callbacks=[progress.on_event]).invoke(
            ["--log-level", "none", *arguments, *folders, "--vars", as_yaml(variables)]
        )
    finally:
        sys.setswitchinterval(interval)
        progress.close()


@contextmanager
def ready(dataset: Dataset, target: Path, seeds: Path | None) -> Iterator[Path]:
    """The environment that dbt reads, in the folder of the work file; yields the seeds' folder.

    dbt works there so that what it remembers of the project serves wherever the file lies.
    """
    files = dataset_files(dataset.name)
    os.environ["FACTORHOUSE_DATASET"] = dataset.name
    os.environ["FACTORHOUSE_WAREHOUSE_DIR"] = "."
    os.environ["FACTORHOUSE_CODE_FINGERPRINT"] = code_fingerprint()
    os.environ.setdefault("DBT_LOG_PATH", str(target_folder(dataset.name) / "logs"))
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
    before = Path.cwd()
    files.work.parent.mkdir(parents=True, exist_ok=True)
    os.chdir(files.work.parent)
    try:
        with seeds_in(seeds or seeds_folder(), target) as folder:
            yield folder
    finally:
        DuckDBConnectionManager.close_all_connections()  # else dbt holds the file until the end
        os.chdir(before)
        os.environ["FACTORHOUSE_WAREHOUSE_DIR"] = str(files.work.parent)


@contextmanager
def seeds_in(folder: Path, target: Path) -> Iterator[Path]:
    """dbt reads the seeds of a folder meanwhile; of one elsewhere, a copy. Yields what it reads.

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
        yield Path(os.environ.get("FACTORHOUSE_SEEDS") or folder)
    finally:
        os.environ.pop("FACTORHOUSE_SEEDS", None)
        if before is not None:
            os.environ["FACTORHOUSE_SEEDS"] = before
