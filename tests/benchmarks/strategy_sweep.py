"""A thousand strategies: 1,000 variants x 240 rebalances x 500 names (50 held) x 5,040 days.

The product's own models, as `make sweep` builds them, from desired weights to daily profit and
loss, metrics and luck, with drift, turnover caps and costs. Variants under different caps are run
by vectorbt under the same rules: their daily net returns must agree before a timing counts. Aims:
the whole grid in 40 s under 8 GB, linear in variants, 20 times as fast per variant as vectorbt.

Usage: python -m tests.benchmarks.strategy_sweep [VARIANTS ...]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmarks.qlib_features import FOLDER, environment_python, machine
from tests.benchmarks.scale import exponent_of
from tests.benchmarks.sweep_market import HALF_POWER, LINEAR, make_market
from tests.builds import Market, market

SIZES = (250, 500, 1000)
COMPARED = (0, 1, 6, 12)  # no cap, no cap, 10 %, 20 %; funds of 1 million to 100 million
TOLERANCE = 1e-10
SECONDS, MEMORY_GB, LARGEST_EXPONENT, TIMES = 40.0, 8.0, 1.1, 20.0
LOCK = Path(__file__).with_name("vectorbt_requirements.lock")
CORE = (
    *("books", "book_assets", "book_days", "unit_values", "book_steps", "orders", "order_volumes"),
    *("book_paths", "book_spells", "block_days", "value_blocks", "book_values", "ruins"),
    *("trade_terms", "order_terms", "book_costs", "holdings", "benchmark_series"),
    *("benchmark_returns", "daily_pnl", "return_moments", "trials", "luck", "summary"),
)
DATASET = """
name: strategy_sweep
description: Stocks of a synthetic prepared layer and desired weights, for timing.
base_currency: USD
sources: [{source: demo}]
"""
BUILD = """
import json, sys
from ingest.config import load_dataset
from warehouse.build import dbt_variables
from warehouse.dbt_runs import run_dbt

dataset = load_dataset(sys.argv[1])
variables = dbt_variables(dataset) | {"sweep": "timed"}
chosen = ["build", "--exclude-resource-types", "unit_test", "test", "--select", *sys.argv[2:]]
done = run_dbt(dataset, chosen, variables)
if not done.success:
    sys.exit(str([(one.node.name, one.message) for one in done.result or []]))
print(json.dumps({one.node.name: one.execution_time for one in done.result}))
"""


def build(own: Market) -> tuple[float, float, float, dict[str, float]]:
    """Seconds of the models from first to last, of the processor, peak GB, seconds by model."""
    script = own.folder / "build_sweep.py"
    script.write_text(BUILD)
    process = subprocess.Popen(
        [sys.executable, str(script), own.dataset, *CORE],
        cwd=own.project,
        env=own.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"The sweep failed: {said[-3000:]}")
    by_model = json.loads(said.strip().splitlines()[-1])
    results = json.loads((own.target / "run_results.json").read_text())
    return (
        results["elapsed_time"],
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * 1024 / 1e9,
        by_model,
    )


def grid_of(own: Market, path: Path) -> np.ndarray:
    """Write what vectorbt needs of the compared variants; return our daily net returns of them."""
    with duckdb.connect(str(own.path), read_only=True) as connection:

        def column(query: str) -> np.ndarray:
            return np.array([row[0] for row in connection.execute(query).fetchall()])

        days = column("select calendar_date from sweep_construction.book_days order by 1")
        place = {day: number for number, day in enumerate(days)}
        close = column(
            "select total_return_index from prepared.prices_daily order by as_of_date, symbol"
        )
        steps = column("select trade_date from sweep_construction.book_steps order by 1")
        names, weights, limits, ours = [], [], [], np.zeros((len(COMPARED), len(days)))
        for row, variant in enumerate(COMPARED):
            chosen = f"strategy = 'variant_{variant:04d}'"
            held = connection.execute(
                "select cast(substr(d.symbol, 2) as integer), d.desired_weight "
                "from sweep_construction.desired_weights as d "
                "join sweep_construction.book_steps as s on s.as_of_date = d.as_of_date "
                f"where d.{chosen} order by s.trade_date, d.symbol"
            ).fetchnumpy()
            first, second = held.values()
            names.append(first.reshape(len(steps), -1))
            weights.append(second.reshape(len(steps), -1))
            limits += connection.execute(
                "select coalesce(turnover_cap, 1e9), aum_usd "
                f"from sweep_seeds.strategies where {chosen}"
            ).fetchall()
            for day, earned in connection.execute(
                f"select date, net_return from sweep_performance.daily_pnl where {chosen}"
            ).fetchall():
                ours[row, place[day]] = earned
    np.savez(
        path,
        close=close.reshape(len(days), -1),
        names=np.array(names),
        weights=np.array(weights),
        trade_days=np.array([place[step] for step in steps]),
        turnover_caps=np.array([cap for cap, _ in limits]),
        funds_usd=np.array([fund for _, fund in limits]),
        linear=LINEAR,
        impact=HALF_POWER,
    )
    return ours


def run_vectorbt(own: Market, folder: Path) -> tuple[float, float, str]:
    """Median seconds of a variant, the largest difference from ours, versions in words."""
    ours = grid_of(own, folder / "grid.npz")
    python = environment_python("vectorbt_env", LOCK)
    script = Path(__file__).with_name("vectorbt_task.py")
    done = subprocess.run(
        [str(python), str(script), str(folder / "grid.npz"), str(folder / "returns.npy")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"vectorbt failed:\n{done.stderr[-3000:]}")
    said = json.loads(done.stdout.strip().splitlines()[-1])
    theirs = np.load(folder / "returns.npy")
    versions = ", ".join(f"{name} {version}" for name, version in said["versions"].items())
    compiling = f"{said['compiling']:.0f} s of compilation not counted"
    return (
        statistics.median(said["seconds"]),
        float(np.abs(ours - theirs).max()),
        f"{versions}; {compiling}",
    )


def main() -> None:
    """Run and report; exit code 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", nargs="*", type=int, default=list(SIZES))
    sizes = sorted(parser.parse_args().variants)
    FOLDER.mkdir(parents=True, exist_ok=True)
    table = Table("variants", "seconds", "processor", "peak GB", title=machine())
    measured: list[tuple[int, float]] = []
    with tempfile.TemporaryDirectory(dir=FOLDER) as temporary:
        folder = Path(temporary)
        dataset = folder / "strategy_sweep.yml"
        dataset.write_text(DATASET)
        for n_variants in sizes:
            own = market(folder / str(n_variants), dataset)
            make_market(own.path, n_variants)
            seconds, processor, peak, by_model = build(own)
            measured.append((n_variants, seconds))
            table.add_row(f"{n_variants:,}", f"{seconds:.1f}", f"{processor:.1f}", f"{peak:.1f}")
            if n_variants < max(sizes):
                shutil.rmtree(own.folder)
        Console().print(table)
        slowest = sorted(by_model.items(), key=lambda item: -item[1])[:6]
        print(", ".join(f"{name} {taken:.1f} s" for name, taken in slowest))
        theirs, apart, versions = run_vectorbt(own, folder)
    growth = exponent_of(measured) if len(measured) > 1 else 1.0
    times = theirs / (seconds / max(sizes))
    print(f"largest difference of a daily net return from vectorbt: {apart:.1e}; under {TOLERANCE}")
    print(f"vectorbt {theirs:.2f} s a variant ({versions}), ours {seconds / max(sizes):.3f} s")
    print(f"{times:.1f} times as fast; aim {TIMES:.0f}")
    print(f"{seconds:.1f} s for the grid; aim {SECONDS:.0f}. Peak {peak:.1f} GB; under {MEMORY_GB}")
    print(f"exponent in variants {growth:.2f}; at most {LARGEST_EXPONENT}")
    met = (
        apart < TOLERANCE
        and times >= TIMES
        and seconds <= SECONDS
        and peak < MEMORY_GB
        and growth <= LARGEST_EXPONENT
    )
    sys.exit(not met)


if __name__ == "__main__":
    main()
