"""How the factors grow: 500 to 5,000 names x 25 years, raw factors, cross-section and matrix.

The product's own models are built on a synthetic prepared layer, with factor dates at month ends.
Time may grow at most as names^1.1, and memory stay under 8 GB. The largest is built once more under
a `memory_limit` of 3 GB and must give the same (the others run under 6 GB). Takes about 20 GB of
disk at the most; all is deleted.

Usage: python -m tests.benchmarks.growth [NAMES ...] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from tests.benchmarks.growth_market import copy_first_names, make_market
from tests.builds import REPOSITORY, Market, market

SIZES = (500, 1000, 2000, 5000)
LARGEST_EXPONENT = 1.1
MEMORY_GB = 8.0
LIMIT = "6GB"  # of DuckDB's own: the process takes some more
SMALL_LIMIT = "3GB"
DATASET = """
name: growth
description: Stocks of a synthetic prepared layer, for timing.
base_currency: USD
sources: [{source: demo}]
vars: {factor_dates: [month_ends]}
"""


@dataclass(frozen=True)
class Run:
    """What building the factors once took.

    Attributes
    ----------
    seconds : of the models together, wall clock, as dbt says; ``by_model`` each.
    cpu_seconds : of the process, its start included; steadier on a busy machine.
    peak_gb : largest resident memory of the process.
    spilled_gb : largest size of the temporary folder.
    """

    n_names: int
    memory_limit: str
    seconds: float
    cpu_seconds: float
    peak_gb: float
    spilled_gb: float
    by_model: dict[str, float]


def folder_gb(folder: Path) -> float:
    """Size of the files in a folder; 0 where there is none."""
    try:
        return sum(file.stat().st_size for file in folder.iterdir()) / 1e9
    except FileNotFoundError:
        return 0.0  # gone, or one of its files just went


def build(own: Market, n_names: int, memory_limit: str) -> Run:
    """Build the models of ``factors`` in a process of its own, and watch it."""
    environment = {**own.environment, "FACTORHOUSE_MEMORY_LIMIT": memory_limit}
    command = ["-m", "warehouse", "build", own.dataset, "--models-alone", "--select", "factors"]
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=own.project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    spilled = [0.0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            spilled.append(folder_gb(own.path.with_name(own.path.name + ".tmp")))

    watcher = threading.Thread(target=watch)
    watcher.start()
    said = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    done.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(
            f"{n_names} names under {memory_limit}: exit code {process.returncode}. {said[-3000:]}"
        )
    results = json.loads((own.target / "run_results.json").read_text())
    return Run(
        n_names=n_names,
        memory_limit=memory_limit,
        seconds=results["elapsed_time"],
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_gb=usage.ru_maxrss * 1024 / 1e9,
        spilled_gb=max(spilled),
        by_model={
            entry["unique_id"].split(".")[-1]: entry["execution_time"]
            for entry in results["results"]
        },
    )


def fingerprint(path: Path) -> dict[str, list[tuple]]:
    """What must be equal between two builds, by factor and date: keys and ranks, and sums.

    Ranks enter a hash of every row; numbers enter sums of absolute values, equal to 1e-9.
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set memory_limit = '4GB'; set enable_progress_bar = false")
        matrix = [
            f"coalesce(round({name}, 9), 9)"
            for (name,) in connection.execute(
                "select column_name from information_schema.columns where table_schema = 'factors' "
                "and table_name = 'factor_matrix' and data_type = 'DOUBLE' order by 1"
            ).fetchall()
        ]
        queries = {
            "factor_values": "select factor, as_of_date, count(*), count(z_score), "
            "bit_xor(hash(symbol, round(rank_pct, 9))), sum(abs(raw_value)), sum(abs(z_score)) "
            "from factors.factor_values group by all order by all",
            "factor_matrix": "select 'all', as_of_date, count(*), count(*), "
            f"bit_xor(hash(symbol, {', '.join(matrix)})), 0.0, 0.0 "
            "from factors.factor_matrix group by all order by all",
            "composite_values": "select composite, as_of_date, count(*), count(composite_value), "
            "bit_xor(hash(symbol)), sum(abs(composite_value)), 0.0 "
            "from factors.composite_values group by all order by all",
        }
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}


def differences(one: dict[str, list[tuple]], other: dict[str, list[tuple]]) -> list[str]:
    """Factors and dates on which two builds differ, in words."""
    found = []
    for table, rows in one.items():
        if len(rows) != len(other[table]):
            found.append(f"{table}: {len(rows)} and {len(other[table])} groups")
        for ours, theirs in zip(rows, other[table], strict=False):
            same_numbers = all(
                math.isclose(a or 0, b or 0, rel_tol=1e-9, abs_tol=1e-12)
                for a, b in zip(ours[5:], theirs[5:], strict=True)
            )
            if ours[:5] != theirs[:5] or not same_numbers:
                found.append(f"{table}: {ours[0]} on {ours[1]}")
    return found


def exponent(runs: list[Run]) -> float:
    """Slope of log seconds on log names, by least squares."""
    return exponent_of([(run.n_names, run.seconds) for run in runs])


def exponent_of(measured: list[tuple[int, float]]) -> float:
    """Slope of log seconds on log size, by least squares."""
    x, y = zip(*((math.log(size), math.log(seconds)) for size, seconds in measured), strict=True)
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def print_report(runs: list[Run]) -> None:
    """One column per run: seconds of each model, memory, temporary files."""
    table = Table("", title="factors, 25 years, month ends", title_justify="left")
    for run in runs:
        table.add_column(f"{run.n_names:,}\n{run.memory_limit}", justify="right")
    for model in sorted(runs[-1].by_model, key=runs[-1].by_model.__getitem__, reverse=True):
        table.add_row(model, *(f"{run.by_model[model]:.1f}" for run in runs))
    table.add_row("all, seconds", *(f"{run.seconds:.1f}" for run in runs))
    table.add_row("processor, seconds", *(f"{run.cpu_seconds:.1f}" for run in runs))
    table.add_row("peak memory, GB", *(f"{run.peak_gb:.1f}" for run in runs))
    table.add_row("temporary files, GB", *(f"{run.spilled_gb:.1f}" for run in runs))
    Console().print(table)


def run_all(sizes: list[int], folder: Path) -> bool:
    """Every size, then the largest under less memory; True if all aims are met."""
    dataset = folder / "growth.yml"
    dataset.write_text(DATASET)
    whole = folder / "whole.duckdb"
    if not whole.exists():
        make_market(whole, max(sizes))
    runs = []
    for n_names in sizes:
        own = market(folder / str(n_names), dataset)
        copy_first_names(whole, own.path, n_names)
        runs.append(build(own, n_names, LIMIT))
        print_report(runs)
        if n_names < max(sizes):
            own.path.unlink()
    first = fingerprint(own.path)
    small = build(own, max(sizes), SMALL_LIMIT)
    print_report([*runs, small])
    differing = differences(first, fingerprint(own.path))
    own.path.unlink()
    grown = exponent(runs) if len(runs) > 1 else math.nan
    print(f"exponent {grown:.2f}; at most {LARGEST_EXPONENT}")
    print(f"peak memory {runs[-1].peak_gb:.1f} GB; under {MEMORY_GB}")
    print(f"differs under {SMALL_LIMIT}: {'; '.join(differing[:5]) or 'nothing'}")
    return grown <= LARGEST_EXPONENT and runs[-1].peak_gb < MEMORY_GB and not differing


def main() -> None:
    """Run and report; exit code 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--keep", type=Path, help="a folder for the market, kept for the next run")
    options = parser.parse_args()
    started = time.perf_counter()
    scratch = REPOSITORY / "target" / "bench"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        met = run_all(sorted(options.names), folder)
    print(f"{time.perf_counter() - started:.0f} s in all")
    sys.exit(not met)


if __name__ == "__main__":
    main()
