"""Runs ``python -m`` in processes forked from one that has imported what takes seconds.

Each command still has a process, an environment and a working directory of its own; it is spared
the imports alone, which took up to a third of a small market's build.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

IMPORTED = (
    *("click", "dbt.cli.main", "dbt.adapters.duckdb", "duckdb", "httpx", "matplotlib.figure"),
    *("pandas", "polars", "pyarrow.parquet", "rich.console", "scipy.stats", "skfolio"),
    *("sklearn.ensemble", "sklearn.linear_model", "sklearn.neural_network", "skops.io", "xgboost"),
    *("yaml", "ingest.config", "models_ml.scoring", "warehouse.build", "warehouse.publish"),
)
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(list(IMPORTED))


def run_module(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[str]:
    """``python -m ARGUMENTS`` in a folder; stdout and stderr together as text.

    Raises
    ------
    subprocess.TimeoutExpired : it took longer than ``seconds``; it is killed.
    """
    with tempfile.NamedTemporaryFile(mode="r") as said:
        process = FORKED.Process(
            target=_run, args=(list(arguments), str(folder), dict(environment), said.name)
        )
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(arguments), seconds, said.read())
        command = [sys.executable, "-m", *arguments]
        return subprocess.CompletedProcess(command, process.exitcode, said.read())


def _run(arguments: list[str], folder: str, environment: dict[str, str], said: str) -> None:
    """Become the command: what the child does."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(said, os.O_WRONLY | os.O_APPEND)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    sys.argv = list(arguments)
    try:
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()
