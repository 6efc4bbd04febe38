"""Lands and builds a scale market in processes of their own, and watches what they take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import psutil

from tests.builds import REPOSITORY, Market

MODELS = REPOSITORY / "dbt_project" / "models"
PYTHON = "python"  # the layer of models that are no SQL
FILES = {path.stem: path for path in MODELS.glob("**/*") if path.suffix in (".sql", ".py")}


@dataclass
class Layer:
    """What the models of a layer took.

    Attributes
    ----------
    seconds : of all its models, added up; two run at a time.
    peak_gb, spilled_gb : resident memory of the process, and its temporary files, at the most while
        one of its models ran.
    rows : of all its tables.
    """

    seconds: float = 0.0
    peak_gb: float = 0.0
    spilled_gb: float = 0.0
    rows: int = 0


@dataclass
class Run:
    """What landing and building a market once took.

    Attributes
    ----------
    landing_seconds, landing_gb : of ingest, 0 where the rows were there.
    seconds : of the build, wall clock, as dbt says; `sql_seconds` without the models in Python.
    peak_gb, spilled_gb : of the build's process at the most.
    """

    n_names: int
    memory_limit: str
    n_bars: int = 0
    landing_seconds: float = 0.0
    landing_gb: float = 0.0
    seconds: float = 0.0
    peak_gb: float = 0.0
    spilled_gb: float = 0.0
    layers: dict[str, Layer] = field(default_factory=lambda: defaultdict(Layer))
    by_model: dict[str, float] = field(default_factory=dict)

    @property
    def sql_seconds(self) -> float:
        """Seconds of the build in which SQL could run: a Python model has the two cores alone."""
        return self.seconds - self.layers[PYTHON].seconds


@dataclass(frozen=True)
class Sample:
    """Memory and temporary files at an instant (seconds since the epoch)."""

    at: float
    memory_gb: float
    spilled_gb: float


def layer_of(model: str) -> str:
    """The folder of a model, or python."""
    path = FILES[model]
    return PYTHON if path.suffix == ".py" else path.relative_to(MODELS).parts[0]


def land(own: Market, run: Run) -> None:
    """Land the market of a dataset."""
    samples, run.landing_seconds = watched(own, ["-m", "ingest", own.dataset])
    run.landing_gb = max(sample.memory_gb for sample in samples)


def build(own: Market, run: Run) -> None:
    """Build all models of a dataset that landed, without their tests."""
    command = ["-m", "warehouse", "build", own.dataset, "--models-alone"]
    samples, _ = watched(own, command, {"FACTORHOUSE_MEMORY_LIMIT": run.memory_limit})
    run.peak_gb = max(sample.memory_gb for sample in samples)
    run.spilled_gb = max(sample.spilled_gb for sample in samples)
    results = json.loads((own.target / "run_results.json").read_text())
    run.seconds = results["elapsed_time"]
    for entry in results["results"]:
        kind, _, name = entry["unique_id"].split(".", 2)
        if kind != "model":
            continue
        layer = run.layers[layer_of(name)]
        layer.seconds += entry["execution_time"]
        run.by_model[name] = entry["execution_time"]
        for sample in within(samples, entry["timing"]):
            layer.peak_gb = max(layer.peak_gb, sample.memory_gb)
            layer.spilled_gb = max(layer.spilled_gb, sample.spilled_gb)
    count_rows(own.path, run)


def count_rows(work: Path, run: Run) -> None:
    """The rows of each layer's tables, and the bars that landed."""
    with duckdb.connect(str(work), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables()"
        ).fetchall()
    for schema, table, rows in tables:
        if (schema, table) == ("raw", "prices"):
            run.n_bars = rows
        elif schema != "raw" and table in FILES:
            run.layers[layer_of(table)].rows += rows


def within(samples: Sequence[Sample], timing: Sequence[dict[str, str]]) -> list[Sample]:
    """The samples taken while a model ran."""
    spans = [
        tuple(
            datetime.fromisoformat(part[end]).timestamp() for end in ("started_at", "completed_at")
        )
        for part in timing
        if part["name"] == "execute"
    ]
    return [sample for sample in samples for first, last in spans if first <= sample.at <= last]


def watched(
    own: Market, command: Sequence[str], settings: dict[str, str] | None = None
) -> tuple[list[Sample], float]:
    """Run a command of the project to its end; its samples, ten a second, and its seconds.

    Raises
    ------
    AssertionError : it failed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=own.project,
        env={**own.environment, **(settings or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    samples, done = [], threading.Event()
    temporary = own.path.with_name(own.path.name + ".tmp")
    watcher = threading.Thread(target=_watch, args=(process.pid, temporary, samples, done))
    watcher.start()
    said = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    done.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(f"{' '.join(command)}: exit {process.returncode}. {said[-3000:]}")
    samples.append(Sample(0.0, usage.ru_maxrss * 1024 / 1e9, 0.0))
    return samples, seconds


def _watch(pid: int, temporary: Path, samples: list[Sample], done: threading.Event) -> None:
    while not done.wait(0.1):
        try:
            memory = psutil.Process(pid).memory_info().rss / 1e9
        except psutil.Error:
            continue
        samples.append(Sample(time.time(), memory, folder_gb(temporary)))


def folder_gb(folder: Path) -> float:
    """Size of the files in a folder; 0 where there is none."""
    try:
        return sum(file.stat().st_size for file in folder.iterdir()) / 1e9
    except FileNotFoundError:
        return 0.0  # gone, or one of its files just went
