"""The sources: one module each, all with one function ``fetch``.

``fetch(job)`` yields `Batch` objects, and `Part` objects where the source is asked item by item
over a network (see `ingest.fetching`). The module of such a live source has a constant ``LIMITS``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ingest.errors import DatasetError

if TYPE_CHECKING:
    from ingest.config import Dataset

OUTCOMES = ("ok", "empty", "not_found", "throttled", "failed")


@dataclass(frozen=True)
class Job:
    """One run of one source.

    Attributes
    ----------
    dataset : the dataset file.
    options : the other keys of the source's entry in it.
    start, end : first and last date wanted; None is unbounded. Landing drops what lies outside, so
        a source may give more; one that un-adjusts must always fetch to the newest day.
    now : the instant of the run, UTC.
    symbols : only these are wanted; None is all.
    landed_until : in an update, the newest date landed from this source by raw table and symbol
        (or currency); empty when everything is wanted.
    done : names of the items that an unfinished earlier run of the same kind has done.
    expect : told all items that are wanted, those done before among them, before they are asked
        for; `ingest.fetching.fetch_items` does it.
    """

    dataset: Dataset
    options: Mapping[str, Any]
    start: date | None = None
    end: date | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    symbols: frozenset[str] | None = None
    landed_until: Mapping[tuple[str, str], date] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    expect: Callable[[Sequence[Item]], None] = lambda items: None


@dataclass(frozen=True)
class Batch:
    """Rows for one raw table, as a source gave them.

    Attributes
    ----------
    table : the raw table: universe, prices, corporate_actions, fundamentals, fx_rates,
        interest_rates or symbol_changes.
    rows : the canonical columns of that table without source, load_id, observed_at and occurrence,
        of any type (landing casts; text is allowed everywhere). Columns may be left out where the
        raw table allows NULL. Optional ``source_row``: the 1-based line in the file, its header
        being line 1.
    origin : the file or service the rows came from, named in errors and rejects.
    brings_splits : the load holds every split up to its instant that is in these split-adjusted
        bars, also where there is none: landing turns them into traded prices.
    """

    table: str
    rows: pa.Table
    origin: str
    brings_splits: bool = False


@dataclass(frozen=True)
class Item:
    """What a source is asked for in one go.

    Attributes
    ----------
    name : unique within the source, as the source names it, such as AAPL or EURUSD=X.
    table : the raw table that its newest date is looked up in for an update.
    symbol : our symbol (or currency) in that table.
    """

    name: str
    table: str
    symbol: str


@dataclass(frozen=True)
class Part:
    """What came of one item; it lands, and is logged in ``raw.fetch_log``, in one transaction.

    Attributes
    ----------
    outcome : ok, empty (the source answered: nothing in these dates), not_found (the source does
        not know it), throttled (refused until the attempts ran out) or failed.
    n_attempts : tries of the request that needed most; 0 where the item was not asked for.
    since : first date asked for; None is all there is.
    message : why, where the outcome is not ok.
    started_at, finished_at : on the clock of the job, which starts at its ``now``.
    """

    item: Item
    outcome: str
    batches: tuple[Batch, ...] = ()
    n_attempts: int = 1
    since: date | None = None
    message: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None


def source_names() -> list[str]:
    """Names of the sources there are, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def source_fetch(name: str) -> Callable[[Job], Iterator[Batch | Part]]:
    """The ``fetch`` function of a source.

    Raises
    ------
    DatasetError : there is no such source.
    """
    return _module(name).fetch


def is_live(name: str) -> bool:
    """Whether a source is asked over a network, so that it may be gone for a while."""
    return hasattr(_module(name), "LIMITS")


def _module(name: str) -> ModuleType:
    if name not in source_names():
        raise DatasetError(f"There is no source {name!r}. There are: {', '.join(source_names())}.")
    return importlib.import_module(f"ingest.sources.{name}")
