"""How soon the dashboard's first page stands in a browser: the demo file, and one of 5,000 names.

The second file holds what the first page and its ranks read, the demo's names copied until there
are 5,000, over the last year. Seconds run from asking for the address to numbers and table on the
screen, in a headless Chromium: of the first visitor after the start, and of five later ones.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from tests.builds import Market
from tests.reports.dashboard.browser import Visit, served, visiting
from warehouse.files import dataset_files

N_NAMES = 5000
N_LATER = 5
LIMITS = {"demo": 2.0, f"{N_NAMES:,} names": 4.0}
KEPT = (
    "prepared.build_info", "prepared.build_clock", "performance.summary", "factors.factor_dates",
    "factors.factor_registry", "seeds.strategies",
)  # fmt: skip
# Tables by name, and the column that is a weight, divided among the copies.
COPIED = {
    "prepared.assets": None,
    "prepared.prices_daily": "as_of_date",
    "factors.factor_values": "as_of_date",
    "factors.composite_values": "as_of_date",
    "scores.model_scores": "as_of_date",
    "signals.live_signals": None,
}
WEIGHTS = ("desired_weight", "target_weight", "current_weight", "trade_weight")


def write_large(source: Path, target: Path) -> int:
    """A published file with the source's names copied until there are enough; its names."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        for schema in {name.split(".")[0] for name in (*KEPT, *COPIED)}:
            connection.execute(f"create schema {schema}")
        for name in KEPT:
            connection.execute(f"create table {name} as from source.{name}")
        n_names = connection.execute("select count(*) from source.prepared.assets").fetchall()[0][0]
        n_copies = -(-N_NAMES // n_names)
        for name, day in COPIED.items():
            weights = ", ".join(f"{column} / {n_copies} as {column}" for column in WEIGHTS)
            shared = f", {weights}" if name == "signals.live_signals" else ""
            recent = (
                f"where {day} > (select max(as_of_date) from source.factors.factor_dates) "
                "- interval 1 year"
                if day
                else ""
            )
            connection.execute(
                f"create table {name} as select * replace "
                f"(symbol || '_' || copy_no as symbol{shared}) "
                f"from source.{name}, range({n_copies}) as copies (copy_no) {recent}"
            )
        connection.execute("detach source")
    return n_names * n_copies


def answered(visit: Visit) -> None:
    """Wait until the first page's numbers and table are on the screen."""
    visit.tab.get_by_test_id("stMetricValue").first.wait_for(timeout=60_000)
    visit.tab.get_by_test_id("stDataFrame").first.wait_for(timeout=60_000)


def seconds(address: str) -> float:
    """Of one visit in a browser of its own, whose start is not counted."""
    with visiting("about:blank") as visit:
        started = time.perf_counter()
        visit.tab.goto(address)
        answered(visit)
        return time.perf_counter() - started


def measured(market: Market) -> tuple[float, list[float]]:
    """The first visit after the start, and later ones."""
    with served(market) as address:
        return seconds(address), [seconds(address) for _ in range(N_LATER)]


def main() -> int:
    """Print the timings; 1 where one misses its limit or there is no demo."""
    demo = dataset_files("demo")
    if not demo.published.exists():
        print(f"{demo.published} does not exist yet: run `make all` first.")
        return 1
    table = Table("file", "names", "first visit, s", "later visits, median s", "limit, s")
    is_missed = False
    with tempfile.TemporaryDirectory(dir=demo.published.parent) as folder:
        own = Path(folder)
        large = Market(folder=own, dataset="demo", name="demo")
        n_large = write_large(demo.published, large.published)
        small = Market(folder=own / "demo", dataset="demo", name="demo")
        small.published.parent.mkdir(parents=True)
        os.symlink(demo.published, small.published)
        with duckdb.connect(str(demo.published), read_only=True) as connection:
            n_demo = connection.execute("select count(*) from prepared.assets").fetchall()[0][0]
        for (name, limit), n_names, market in zip(
            LIMITS.items(), (n_demo, n_large), (small, large), strict=True
        ):
            first, later = measured(market)
            is_missed |= max(first, statistics.median(later)) > limit
            table.add_row(
                name, f"{n_names:,}", f"{first:.2f}", f"{statistics.median(later):.2f}",
                f"{limit:.0f}",
            )  # fmt: skip
    Console().print(table)
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load of the machine {load:.1f} in the last minute")
    return int(is_missed)


if __name__ == "__main__":
    sys.exit(main())
