"""One more day of a scale market: what `make update` costs beside the whole, tests included."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ingest.config import load_dataset
from ingest.scale_market.options import read_options
from tests.benchmarks.scale_equality import OF_THE_LOADS, differences, fingerprints
from tests.benchmarks.scale_runs import watched
from tests.builds import Market


@dataclass(frozen=True)
class Days:
    """What the whole and its last day took.

    Attributes
    ----------
    whole_seconds, update_seconds : of the processes: ingest, build with its tests, publish.
    whole_build, update_build : of the build in them, as dbt says.
    differing : relations that differ between the two work files.
    """

    whole_seconds: float
    whole_build: float
    update_seconds: float
    update_build: float
    differing: list[str]

    @property
    def share(self) -> float:
        """Of the update in the whole."""
        return self.update_seconds / self.whole_seconds


def one_more_day(whole: Market, updated: Market) -> Days:
    """Land and build one market to its last day at once, another to the day before and then on.

    The last day of 25 years is a month end: every monthly table gets its rows. The first market is
    deleted before the second is made.
    """
    whole_seconds, whole_build = made(whole), elapsed(whole.target)
    at_once = fingerprints(whole.path, OF_THE_LOADS)
    shutil.rmtree(whole.folder)
    (source,) = load_dataset(updated.dataset).sources
    day_before = read_options(source.options).last_day - timedelta(days=1)
    made(updated, "--end", str(day_before))
    _, update_seconds = watched(updated, ["-m", "warehouse", "update", updated.dataset])
    return Days(
        whole_seconds=whole_seconds,
        whole_build=whole_build,
        update_seconds=update_seconds,
        update_build=elapsed(updated.target),
        differing=differences(at_once, fingerprints(updated.path, OF_THE_LOADS)),
    )


def made(own: Market, *until: str) -> float:
    """Land a market, build it with its tests and publish it; seconds."""
    started = time.perf_counter()
    watched(own, ["-m", "ingest", own.dataset, *until])
    for command in ("build", "publish"):
        watched(own, ["-m", "warehouse", command, own.dataset])
    return time.perf_counter() - started


def elapsed(target: Path) -> float:
    """Seconds of the last run of dbt."""
    return json.loads((target / "run_results.json").read_text())["elapsed_time"]
