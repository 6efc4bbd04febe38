"""What one more day costs on the real files: seconds of each stage, and the share of a full run.

Three runs in folders of their own: everything but the last day of stocks and of coins, an update to
the last day, and everything at once. The update's tables must equal those of the full run.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from tests.builds import REPOSITORY, Market, market
from tests.contract.later_data import n_differing_everywhere

DATASET = REPOSITORY / "tests" / "datasets" / "market_files.yml"
PRICES = (
    "us_large_cap_2013_2018/prices.parquet",
    "crypto_2014_2022/prices.parquet",
)


STAGES = {
    "check": ("warehouse", "check"),
    "ingest": ("ingest",),
    "build": ("warehouse", "build"),
    "publish": ("warehouse", "publish"),
    "docs": ("warehouse", "docs"),
    "report": ("reports", "all"),
}
UPDATE = {"update": ("warehouse", "update")}


def timed(own: Market, stages: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Seconds of each stage, run one after the other: those of ``make all``, or ``make update``."""
    seconds = {}
    for name, arguments in stages.items():
        started = time.perf_counter()
        own.run(*arguments, own.dataset)
        seconds[name] = time.perf_counter() - started
    return seconds


def copy_without_last_day(data: Path, folder: Path) -> None:
    """The data folder with each price file ending a day earlier."""
    shutil.copytree(data, folder, ignore=shutil.ignore_patterns("prices.parquet"))
    for name in PRICES:
        duckdb.execute(
            f"copy (select * from '{data / name}' "
            f"where date < (select max(date) from '{data / name}')) "
            f"to '{folder / name}' (format parquet)"
        )


def main() -> None:
    """Run the three and print the table."""
    data = Path(os.environ.get("FACTORHOUSE_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (data / PRICES[0]).exists():
        sys.exit(f"needs the real market files, which are not at {data} (FACTORHOUSE_DATA)")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy_without_last_day(data, folder / "data")
        updated = market(folder / "updated", DATASET, FACTORHOUSE_DATA=str(folder / "data"))
        whole = market(folder / "whole", DATASET, FACTORHOUSE_DATA=str(data))
        timed(updated, STAGES)
        for name in PRICES:
            shutil.copyfile(data / name, folder / "data" / name)
        update = timed(updated, UPDATE)
        full = timed(whole, STAGES)
        differing = n_differing_everywhere(
            whole.published, updated.published, whole.target, leave=("load_id",)
        )
    differing.pop("prepared.build_clock", None)  # says which load it read
    table = Table("", title="one more day on the real files", title_justify="left")
    table.add_column("seconds", justify="right")
    for stage, seconds in full.items():
        table.add_row(stage, f"{seconds:.1f}")
    table.add_row("make all, set-up apart", f"{sum(full.values()):.1f}")
    table.add_row("make update", f"{update['update']:.1f}")
    table.add_row("share", f"{update['update'] / sum(full.values()):.0%}")
    Console().print(table)
    print(f"relations that differ from the full run: {differing or 'none'}")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
