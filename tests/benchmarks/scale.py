"""The whole SQL build as names grow: 500 to 5,000 equities x 25 years, and a tenth as many coins.

The scale market is landed and built at each size under a `memory_limit` of 6 GB. Aims: seconds of
the SQL grow at most as names^1.1; 5,000 names take at most 600 s and 8 GB on two cores. Then the
largest is built once more under 3 GB and must give the same relations, and landed, built with its
tests and published up to the day before its last and updated by one day: the same relations, in at
most a tenth of that time. What Python fits is told apart. Takes about 50 GB of disk at the most;
all is deleted.

Usage: python -m tests.benchmarks.scale [NAMES ...] [--years YEARS]
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.scale_days import one_more_day
from tests.benchmarks.scale_equality import OF_THE_LOADS, differences, fingerprints
from tests.benchmarks.scale_runs import PYTHON, Run, build, land
from tests.builds import REPOSITORY, Market, market

SIZES = (500, 1000, 2000, 5000)
LARGEST_EXPONENT = 1.1
SECONDS, MEMORY_GB = 600.0, 8.0
LIMIT = "6GB"  # of DuckDB's own: the process takes some more
SMALL_LIMIT = "3GB"
WIDTH = 120  # of the tables printed
LARGEST_SHARE = 0.1  # of a day in the whole
DATASET = """
name: scale
base_currency: USD
sources: [{{source: scale, n_equities: {n_names}, n_coins: {n_coins}, years: {years}}}]
vars: {{factor_dates: [month_ends], selected_models: [ridge]}}
"""


def exponent_of(measured: Sequence[tuple[float, float]]) -> float:
    """Slope of log seconds on log size, by least squares; NaN for less than two sizes."""
    if len(measured) < 2:
        return math.nan
    x, y = zip(*((math.log(size), math.log(value)) for size, value in measured), strict=True)
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def monthly_seeds(folder: Path) -> Path:
    """The project's seeds, every strategy rebalanced at month ends, which alone have factors."""
    shutil.copytree(REPOSITORY / "dbt_project" / "seeds", folder)
    path = folder / "strategies.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["rebalance"] = "quarterly" if row["rebalance"] == "quarterly" else "monthly"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def scale_market(folder: Path, seeds: Path, n_names: int, years: int) -> Market:
    """A dataset of that size in a folder of its own."""
    folder.mkdir(parents=True)
    dataset = folder / "scale.yml"
    dataset.write_text(DATASET.format(n_names=n_names, n_coins=n_names // 10, years=years))
    return market(folder, dataset, FACTORHOUSE_SEEDS=str(seeds))


def print_layers(runs: list[Run]) -> None:
    """Per layer: seconds at each size, how they grow, then memory, rows and spilled at the last."""
    same_limit = [run for run in runs if run.memory_limit == LIMIT]
    table = Table("layer", title="seconds of the models, two at a time", title_justify="left")
    for run in runs:
        table.add_column(f"{run.n_names:,}\n{run.memory_limit}", justify="right")
    for heading in ("growth", "peak GB", "spilled GB", "million rows"):
        table.add_column(heading, justify="right")
    largest = same_limit[-1]

    def add(name: str, seconds: Callable[[Run], float], *last: float) -> None:
        grown = exponent_of([(run.n_names, seconds(run)) for run in same_limit if seconds(run)])
        cells = [f"{seconds(run):.1f}" for run in runs]
        table.add_row(name, *cells, f"{grown:.2f}", *(f"{value:.1f}" for value in last))

    for name, layer in sorted(largest.layers.items(), key=lambda item: -item[1].seconds):
        last = (layer.peak_gb, layer.spilled_gb, layer.rows / 1e6)
        add(name, lambda run, name=name: run.layers[name].seconds, *last)
    rows = sum(layer.rows for layer in largest.layers.values()) / 1e6
    add("landing", lambda run: run.landing_seconds, largest.landing_gb, 0, largest.n_bars / 1e6)
    add("build", lambda run: run.seconds, largest.peak_gb, largest.spilled_gb, rows)
    add(f"build without {PYTHON}", lambda run: run.sql_seconds)
    console = Console()
    console.width = max(console.width, WIDTH)  # 80 where there is no terminal
    console.print(table)
    longest = sorted(largest.by_model.items(), key=lambda item: -item[1])[:12]
    print("longest:", ", ".join(f"{model} {seconds:.1f}" for model, seconds in longest))


def run_all(sizes: list[int], years: int, folder: Path) -> bool:
    """Every size, then the largest under less memory; True if all aims are met."""
    seeds, runs = monthly_seeds(folder / "seeds"), []
    for n_names in sizes:
        own = scale_market(folder / str(n_names), seeds, n_names, years)
        runs.append(run := Run(n_names, LIMIT))
        land(own, run)
        kept = own.path.with_suffix(".raw")
        shutil.copyfile(own.path, kept)
        build(own, run)
        print_layers(runs)
        if n_names < max(sizes):
            shutil.rmtree(own.folder)
    largest, enough = runs[-1], fingerprints(own.path)
    at_once = fingerprints(own.path, OF_THE_LOADS)
    own.path.unlink()
    small = Run(largest.n_names, SMALL_LIMIT, landing_seconds=0.0)
    again = scale_market(folder / "small", seeds, largest.n_names, years)
    again.path.parent.mkdir(parents=True)
    os.replace(kept, again.path)
    build(again, small)
    print_layers([*runs, small])
    differing = differences(enough, fingerprints(again.path))
    shutil.rmtree(again.folder)
    shutil.rmtree(own.folder)
    grown = exponent_of([(run.n_names, run.sql_seconds) for run in runs])
    print(f"exponent {grown:.2f}; at most {LARGEST_EXPONENT}")
    print(f"{largest.n_bars:,} bars: {largest.sql_seconds:.0f} s; at most {SECONDS:.0f}")
    print(f"peak memory {largest.peak_gb:.1f} GB; under {MEMORY_GB}")
    print(
        f"under {SMALL_LIMIT}: {small.seconds:.0f} s, {small.peak_gb:.1f} GB, "
        f"{small.spilled_gb:.1f} GB of temporary files"
    )
    print(f"differs under {SMALL_LIMIT}: {', '.join(differing) or 'nothing'}")
    by_days = scale_market(folder / "days", seeds, largest.n_names, years)
    days = one_more_day(by_days, at_once)
    print(
        f"one more day: {days.update_seconds:.0f} s of {days.whole_seconds:.0f} s, tests included"
    )
    print(f"  of it the build {days.update_build:.0f} s of {days.whole_build:.0f} s")
    print(f"  share {days.share:.3f}; at most {LARGEST_SHARE}")
    print(f"differs by the day: {', '.join(days.differing) or 'nothing'}")
    is_fast = largest.sql_seconds <= SECONDS and largest.peak_gb < MEMORY_GB
    is_same = not differing and not days.differing
    return not grown > LARGEST_EXPONENT and is_fast and is_same and days.share <= LARGEST_SHARE


def main() -> None:
    """Run and report; exit code 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--years", type=int, default=25)
    options = parser.parse_args()
    started = time.perf_counter()
    scratch = REPOSITORY / "target" / "bench"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as temporary:
        met = run_all(sorted(options.names), options.years, Path(temporary))
    print(f"{time.perf_counter() - started:.0f} s in all")
    sys.exit(not met)


if __name__ == "__main__":
    main()
