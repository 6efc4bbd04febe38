"""One more day of a scale market: what `make update` costs beside the whole, tests included."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ingest.config import load_dataset
from ingest.scale_market.options import read_options
from tests.benchmarks.scale_equality import (
    OF_THE_LOADS,
    Fingerprints,
    differences,
    fingerprints,
)
from tests.benchmarks.scale_runs import watched
from tests.builds import Market


@dataclass(frozen=True)
class Days:
    """What the whole and its last day took.

    Attributes
    ----------
    whole_seconds, update_seconds : of the processes: ingest, build with its tests, publish; the
        whole to the day before the last.
    whole_build, update_build : of the build in them, as dbt says.
    differing : relations that differ from those of the market landed at once.
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


def one_more_day(own: Market, at_once: Fingerprints) -> Days:
    """Land and build a market to the day before its last, then go on by that day.

    ``at_once`` is of the same market landed and built to its last day, without what tells loads.
    The last day of 25 years is a month end: every monthly table gets its rows.
    """
    (source,) = load_dataset(own.dataset).sources
    day_before = read_options(source.options).last_day - timedelta(days=1)
    whole_seconds = made(own, "--end", str(day_before))
    whole_build = elapsed(own.target)
    _, update_seconds = watched(own, ["-m", "warehouse", "update", own.dataset])
    return Days(
        whole_seconds=whole_seconds,
        whole_build=whole_build,
        update_seconds=update_seconds,
        update_build=elapsed(own.target),
        differing=differences(at_once, fingerprints(own.path, OF_THE_LOADS)),
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
