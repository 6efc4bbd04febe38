"""14 features of 800 stocks, 2007 to 2020: our SQL, Qlib, pandas and polars.

The task of Qlib's headline table. Results must agree to 1e-6 before a timing counts. Times are
medians of five runs after a first one. "Stored" goes from a stored price table to a stored feature
table (DuckDB file, Parquet for the frames); Qlib reads its own files and ends in memory.

Usage: python -m tests.benchmarks.qlib_features [--names 800] [--runs 5]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from rich.console import Console
from rich.table import Table

from tests.benchmarks import feature_roads
from tests.benchmarks.qlib_market import dump, market
from tests.builds import REPOSITORY

FOLDER = REPOSITORY / "target" / "bench"
LOCK = Path(__file__).with_name("qlib_requirements.lock")
TOLERANCE = 1e-6  # relative; correlations, which may be near 0, absolute
AIMS = {  # ours against theirs, each stored to stored: how many times as fast at least
    "pyqlib": 4.0,
    "pandas, stored": 2.0,
    "polars, stored": 0.5,
}


def environment_python(name: str, lock: Path) -> Path:
    """The Python of an environment that holds a library as locked; made where there is none yet."""
    home = FOLDER / name
    python, done = home / "bin" / "python", home / "installed.lock"
    if done.exists() and done.read_bytes() == lock.read_bytes():
        return python
    shutil.rmtree(home, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        make = [uv, "venv", "--quiet", "--python", sys.executable, str(home)]
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        make = [sys.executable, "-m", "venv", str(home)]
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(make, check=True)
    subprocess.run([*install, "--require-hashes", "-r", str(lock)], check=True)
    shutil.copyfile(lock, done)
    return python


def seconds_of(task: Callable[[], object], n_runs: int) -> float:
    """Median seconds of some runs after a first one."""
    task()
    seconds = []
    for _ in range(n_runs):
        started = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def connect(path: Path | str) -> duckdb.DuckDBPyConnection:
    """A connection with the settings of profiles.yml that bear on speed."""
    connection = duckdb.connect(str(path))
    connection.execute(
        "set preserve_insertion_order = false; set block_allocator_memory = '2GB'; "
        "set enable_progress_bar = false"
    )
    return connection


def time_sql(prices: pl.DataFrame, path: Path | str, n_runs: int) -> tuple[float, pd.DataFrame]:
    """Seconds from a price table to a feature table, and the features."""
    with connect(path) as connection:
        connection.register("given", prices.to_arrow())
        connection.execute(
            "create or replace table prices as select * replace (cast(as_of_date as date) as "
            "as_of_date) from given order by symbol, session_no"
        )
        command = f"create or replace table features as {feature_roads.SQL}"
        seconds = seconds_of(lambda: connection.execute(command), n_runs)
        return seconds, connection.execute("select * from features").df()


def time_qlib(folder: Path, n_runs: int) -> tuple[float, pd.DataFrame, dict[str, str]]:
    """Seconds from Qlib's files to its frame, the features, and versions."""
    expressions, features = folder / "expressions.json", folder / "qlib.parquet"
    expressions.write_text(json.dumps(feature_roads.QLIB))
    script = Path(__file__).with_name("qlib_task.py")
    arguments = [expressions, folder / "data", features, n_runs, os.cpu_count()]
    done = subprocess.run(
        [str(environment_python("qlib_env", LOCK)), str(script), *map(str, arguments)],
        cwd=folder,  # Qlib writes beside it
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"Qlib failed:\n{done.stderr[-3000:]}")
    said = json.loads(done.stdout.strip().splitlines()[-1])
    frame = pd.read_parquet(features)
    frame = frame.rename(columns={"instrument": "symbol", "datetime": "as_of_date"})
    return statistics.median(said["seconds"]), frame, said["versions"]


def disagreements(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    """Features that differ by more than the tolerance, or are missing in one of the two only."""
    keys = ["symbol", "as_of_date"]
    one, other = (
        frame.astype({"symbol": str, "as_of_date": "datetime64[us]"}).sort_values(keys)
        for frame in (ours, theirs)
    )
    if not np.array_equal(one[keys].to_numpy(), other[keys].to_numpy()):
        return ["the rows themselves"]
    found = []
    for name in feature_roads.QLIB:
        a, b = (frame[name].to_numpy(float, na_value=np.nan) for frame in (one, other))
        scale = 1.0 if name.startswith("corr") else np.abs(b)
        n_apart = int((np.abs(a - b) > TOLERANCE * scale).sum())
        n_missing = int((np.isnan(a) != np.isnan(b)).sum())
        if n_apart or n_missing:
            largest = np.nanmax(np.abs(a - b) / scale)
            found.append(f"{name}: {n_apart} apart (up to {largest:.1e}), {n_missing} missing")
    return found


def machine() -> str:
    """Name of the processor and the number of cores."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [
        line.split(":", 1)[1].strip()
        for line in (cpuinfo.read_text().splitlines() if cpuinfo.exists() else [])
        if line.startswith("model name")
    ]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


def measure(folder: Path, n_names: int, n_runs: int) -> tuple[dict[str, float], list[str], str]:
    """Seconds by road, disagreements in words, and versions."""
    sessions, prices = market(n_names)
    shutil.rmtree(folder / "data", ignore_errors=True)
    dump(sessions, prices, folder / "data")
    frame = pl.from_pandas(prices, nan_to_null=True)
    stored, written = folder / "prices.parquet", folder / "features.parquet"
    frame.write_parquet(stored)
    found, seconds = [], {}
    seconds["SQL, stored"], ours = time_sql(frame, folder / "features.duckdb", n_runs)
    seconds["SQL, in memory"], _ = time_sql(frame, ":memory:", n_runs)
    seconds["pyqlib"], theirs, versions = time_qlib(folder, n_runs)
    found += [f"pyqlib, {line}" for line in disagreements(ours, theirs)]
    found += [f"pandas, {x}" for x in disagreements(ours, feature_roads.by_pandas(prices))]
    polars_features = feature_roads.by_polars(frame.lazy()).collect().to_pandas()
    found += [f"polars, {x}" for x in disagreements(ours, polars_features)]
    del theirs, polars_features
    tasks = {
        "pandas, stored": lambda: feature_roads.by_pandas(pd.read_parquet(stored)).to_parquet(
            written
        ),
        "pandas, in memory": lambda: feature_roads.by_pandas(prices),
        "polars, stored": lambda: feature_roads.by_polars(pl.scan_parquet(stored)).sink_parquet(
            written
        ),
        "polars, in memory": lambda: feature_roads.by_polars(frame.lazy()).collect(),
    }
    seconds |= {name: seconds_of(task, n_runs) for name, task in tasks.items()}
    said = {each.__name__: each.__version__ for each in (duckdb, pd, pl, np)}
    return seconds, found, f"{said}; in Qlib's environment {versions}"


def report(seconds: dict[str, float], title: str) -> bool:
    """Print ours against theirs; True where every aim is met."""
    table = Table("", "ours, s", "theirs, s", "times as fast", "aim", "met", title=title)
    all_met = True
    for theirs in seconds:
        if theirs.startswith("SQL"):
            continue
        ours = "SQL, in memory" if theirs.endswith("in memory") else "SQL, stored"
        ratio = seconds[theirs] / seconds[ours]
        aim = AIMS.get(theirs)
        met = aim is None or ratio >= aim
        all_met &= met
        table.add_row(
            f"{theirs}",
            f"{seconds[ours]:.2f}",
            f"{seconds[theirs]:.2f}",
            f"{ratio:.2f}",
            f"{aim:g}" if aim else "",
            "" if aim is None else "yes" if met else "no",
        )
    Console().print(table)
    return all_met


def main() -> None:
    """Run the roads, compare, print; exit code 1 where they disagree or an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=800)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    folder = FOLDER / "qlib"
    folder.mkdir(parents=True, exist_ok=True)
    seconds, found, versions = measure(folder, options.names, options.runs)
    if found:
        sys.exit("The roads disagree, so no timing counts:\n  " + "\n  ".join(found))
    title = f"14 features, {options.names} stocks, 2007 to 2020"
    met = report(seconds, title)
    print(f"All agree to {TOLERANCE:g}. {machine()}. {versions}")
    sys.exit(not met)


if __name__ == "__main__":
    main()
