"""How the scoring models grow: 500 and 5,000 names x 25 years of month ends x 30 factors.

Ridge and xgboost of the registry, refitted yearly from the 36th month on without tuning, through
`models_ml.fitting.fit_all`. The panel is synthetic: ranks, a tenth of them missing, of which a few
factors and one interaction say a little about the label. The largest may take 600 s and 8 GB.

Usage: python -m tests.benchmarks.model_growth [NAMES ...]
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import psutil
from rich.console import Console
from rich.table import Table
from scipy.stats import rankdata

from tests.builds import REPOSITORY
from warehouse.seeds import registries

SIZES = (500, 5000)
N_MONTHS, N_FACTORS = 300, 30
SHARE_MISSING = 0.1
LABEL_DAYS = 30
SECONDS, MEMORY_GB = 600.0, 8.0
MODELS = ("ridge", "xgboost")
CHOSEN = {"ridge": {"alpha": 1000.0}, "xgboost": {"max_depth": 4, "learning_rate": 0.03}}


@dataclass(frozen=True)
class Run:
    """What fitting and scoring a panel once took.

    Attributes
    ----------
    seconds : of `fit_all`, wall clock.
    cpu_seconds : of the process and all that it started.
    peak_gb : largest memory of the process and all that it started; what they share counts once.
    by_model : seconds within the folds, all folds together.
    last_fold : seconds within the last fold.
    learned : by model, the factor that counts most in the last fold; factor_00 is planted so.
    """

    n_names: int
    n_rows: int
    n_folds: int
    seconds: float
    cpu_seconds: float
    peak_gb: float
    by_model: dict[str, float]
    last_fold: dict[str, float]
    learned: dict[str, str]


def make_panel(n_names: int, seed: int = 7) -> pd.DataFrame:
    """One row per month end and name, as labels.training_panel has them."""
    draws = np.random.default_rng(seed)
    months = pd.date_range("2000-01-31", periods=N_MONTHS, freq="ME")
    n_rows = N_MONTHS * n_names
    ranks = draws.random((N_FACTORS, N_MONTHS, n_names))
    ranks = (ranks.argsort(axis=2).argsort(axis=2) + 0.5) / n_names - 0.5
    signal = 0.06 * ranks[0] + 0.04 * ranks[1] - 0.03 * ranks[2] + 0.2 * ranks[3] * ranks[4]
    label = rankdata(signal + draws.normal(0, 1, signal.shape), axis=1) / n_names
    ranks[draws.random(ranks.shape) < SHARE_MISSING] = np.nan
    frame = pd.DataFrame(
        {f"factor_{number:02d}": ranks[number].ravel() for number in range(N_FACTORS)}
    )
    frame["as_of_date"] = np.repeat(months, n_names)
    frame["symbol"] = np.tile([f"N{number:04d}" for number in range(n_names)], N_MONTHS)
    frame["asset_class"] = "equity"
    frame["is_month_end"] = True
    frame["target_rank"] = label.ravel() - 0.5 - 0.5 / n_names
    frame["label_end_date"] = frame["as_of_date"] + pd.Timedelta(days=LABEL_DAYS)
    unknown = np.arange(n_rows) >= n_rows - n_names
    return frame.assign(
        target_rank=frame["target_rank"].mask(unknown),
        label_end_date=frame["label_end_date"].mask(unknown),
    )


def registered() -> list[dict[str, Any]]:
    """The registry's rows of the models, each with one point in place of its grid."""
    rows = {row["name"]: row for row in registries()["ml_models"]}
    return [{**rows[name], "grid": {k: [v] for k, v in CHOSEN[name].items()}} for name in MODELS]


def fit(n_names: int) -> None:
    """Fit one panel in this process, and print what it took as JSON."""
    from models_ml.fitting import fit_all

    frame = make_panel(n_names)
    factors = [name for name in frame if name.startswith("factor_")]
    started = time.perf_counter()
    rows = fit_all(
        {"equity": frame}, {"equity": factors}, registered(), registries()["walk_forward"]
    )
    seconds = time.perf_counter() - started
    fitted = [row for row in rows if row["status"] == "fitted"]
    by_model: Counter[str] = Counter()
    for row in fitted:
        by_model[row["model"]] += row["seconds"]
    print(
        json.dumps(
            {
                "n_names": n_names,
                "n_rows": len(frame),
                "n_folds": len(fitted),
                "seconds": seconds,
                "by_model": by_model,
                "last_fold": {row["model"]: row["seconds"] for row in fitted},
                "learned": {row["model"]: most_important(row) for row in fitted},
                "bad": [row["reason"] for row in rows if row["status"] == "failed"],
            }
        )
    )


def most_important(row: Mapping[str, Any]) -> str:
    """The factor of the largest mean absolute SHAP value."""
    return max(row["importance"].to_pylist(), key=lambda one: one["mean_abs_shap"])["factor"]


def memory_gb(process: psutil.Process) -> float:
    """Memory of a process and all that it started: what is each one's own, and the most shared."""
    own, shared = 0, [0]
    for one in [process, *process.children(recursive=True)]:
        try:
            used = one.memory_info()
        except psutil.Error:  # it has ended
            continue
        shared.append(getattr(used, "shared", 0))
        own += used.rss - shared[-1]
    return (own + max(shared)) / 1e9


def measured(n_names: int) -> Run:
    """Fit in a process of its own, and watch it."""
    command = [sys.executable, "-m", "tests.benchmarks.model_growth", "--fit", str(n_names)]
    before = psutil.Process().cpu_times()
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    peaks, done = [0.0], threading.Event()

    def watch() -> None:
        whole = psutil.Process(process.pid)
        while not done.wait(0.25):
            try:
                peaks.append(memory_gb(whole))
            except psutil.NoSuchProcess:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, _ = process.communicate()
    done.set()
    watcher.join()
    after = psutil.Process().cpu_times()
    if process.returncode:
        raise AssertionError(f"{n_names} names: exit code {process.returncode}")
    result = json.loads(said.splitlines()[-1])
    if bad := result.pop("bad"):
        raise AssertionError(f"{n_names} names: {bad}")
    used = after.children_user + after.children_system
    earlier = before.children_user + before.children_system
    return Run(**result, cpu_seconds=used - earlier, peak_gb=max(peaks))


def print_report(runs: list[Run]) -> None:
    """One column per run: time by model, memory."""
    table = Table("", title="yearly refits, 30 factors, 300 month ends", title_justify="left")
    for run in runs:
        table.add_column(f"{run.n_names:,} names", justify="right")
    table.add_row("rows", *(f"{run.n_rows:,}" for run in runs))
    table.add_row("folds", *(str(run.n_folds) for run in runs))
    for model in MODELS:
        table.add_row(f"{model}, all folds", *(f"{run.by_model[model]:.1f}" for run in runs))
        table.add_row(f"{model}, last fold", *(f"{run.last_fold[model]:.1f}" for run in runs))
        table.add_row(f"{model} learned", *(run.learned[model] for run in runs))
    table.add_row("all, seconds", *(f"{run.seconds:.1f}" for run in runs))
    table.add_row("processor, seconds", *(f"{run.cpu_seconds:.1f}" for run in runs))
    table.add_row("peak memory, GB", *(f"{run.peak_gb:.1f}" for run in runs))
    Console().print(table)


def main() -> None:
    """Run and report; exit code 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--fit", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fit:
        fit(options.fit)
        return
    runs: list[Run] = []
    for n_names in sorted(options.names):
        runs.append(measured(n_names))
        print_report(runs)
    first, last = runs[0], runs[-1]
    if len(runs) > 1:
        grown = math.log(last.seconds / first.seconds) / math.log(last.n_names / first.n_names)
        print(f"exponent {grown:.2f}")
    met = last.seconds <= SECONDS and last.peak_gb <= MEMORY_GB
    print(f"{last.n_names:,} names: {last.seconds:.0f} s; at most {SECONDS:.0f}")
    print(f"{last.n_names:,} names: {last.peak_gb:.1f} GB; at most {MEMORY_GB}")
    print("met" if met else "missed")
    sys.exit(not met)


if __name__ == "__main__":
    main()
