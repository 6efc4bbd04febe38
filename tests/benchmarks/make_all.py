"""`make all` on the demo market as it was and as it is, by turns in one run.

Each commit given is laid out in a folder of its own and runs with this environment, so set-up
counts for neither. The tables of the runs are not compared: a commit between may have changed them
on purpose. Needs the project's git history.

Usage: python -m tests.benchmarks.make_all [COMMIT ...] [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.builds import REPOSITORY

# Before a build kept what dbt had read; before docs and report were written side by side.
BEFORE = ("dfffc25", "fa6ab14")
LARGEST_SHARE = 0.5  # of the first
ENVIRONMENT = Path(sys.prefix)


def lay_out(commit: str, folder: Path) -> None:
    """The files of a commit, in a folder.

    Raises
    ------
    SystemExit : the history here does not reach so far.
    """
    archive = folder.with_suffix(".tar")
    packed = subprocess.run(
        ["git", "archive", "--output", str(archive), commit], cwd=REPOSITORY, capture_output=True
    )
    if packed.returncode:
        sys.exit(f"needs commit {commit}, which this copy's history lacks (git fetch --unshallow)")
    folder.mkdir()
    subprocess.run(["tar", "-xf", str(archive), "-C", str(folder)], check=True)
    archive.unlink()


def seconds_of(folder: Path) -> float:
    """Wall seconds of `make all` from nothing landed."""
    subprocess.run(["make", "clean"], cwd=folder, check=True, capture_output=True)
    for left in (folder / "warehouse").glob("demo*"):
        left.unlink()
    own = {name: text for name, text in os.environ.items() if not name.startswith("FACTORHOUSE_")}
    started = time.perf_counter()
    done = subprocess.run(
        ["make", "all"],
        cwd=folder,
        env={**own, "FACTORHOUSE_ENVIRONMENT": str(ENVIRONMENT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise AssertionError(f"make all failed in {folder.name}: {done.stdout[-3000:]}")
    return time.perf_counter() - started


def main() -> None:
    """Run them by turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commits", nargs="*", default=BEFORE)
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args()
    commits = [*chosen.commits, "HEAD"]
    with tempfile.TemporaryDirectory() as temporary:
        folders = {commit: Path(temporary) / commit for commit in commits}
        for commit, folder in folders.items():
            lay_out(commit, folder)
        seconds: dict[str, list[float]] = {commit: [] for commit in commits}
        for _ in range(chosen.rounds):
            for commit, folder in folders.items():
                seconds[commit].append(seconds_of(folder))
    medians = {commit: statistics.median(each) for commit, each in seconds.items()}
    table = Table("commit", title="make all, demo market, set-up apart", title_justify="left")
    table.add_column("seconds", justify="right")
    table.add_column("share", justify="right")
    first = medians[commits[0]]
    for commit, median in medians.items():
        table.add_row(commit, f"{median:.0f}", f"{median / first:.2f}")
    Console().print(table)
    sys.exit(medians["HEAD"] > LARGEST_SHARE * first)


if __name__ == "__main__":
    main()
