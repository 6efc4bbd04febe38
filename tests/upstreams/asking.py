"""Asks a source as landing does, and looks at what it gives: for tests of live sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from ingest.config import load_dataset
from ingest.sources import Batch, Job, Part, source_fetch
from tests.upstreams.loopback import Loopback, Upstream
from warehouse.files import connect_work, dataset_files

FAST = {
    "workers": 2,
    "requests_per_second": 1000.0,
    "attempts": 3,
    "first_wait_seconds": 0.01,
    "longest_wait_seconds": 0.02,
    "timeout_seconds": 10.0,
}
IMPATIENT = {**FAST, "timeout_seconds": 0.5}


@dataclass(frozen=True)
class Answers:
    """What a source yielded: batches that stand alone, and parts by the name of their item."""

    batches: Sequence[Batch]
    parts: Mapping[str, Part]

    @property
    def outcomes(self) -> dict[str, str]:
        """Outcome by item."""
        return {name: part.outcome for name, part in self.parts.items()}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of an item, in the order they came."""
        return rows_of(self.parts[name].batches)


def rows_of(batches: Iterable[Batch]) -> list[dict[str, Any]]:
    """The rows of batches."""
    return [row for batch in batches for row in batch.rows.to_pylist()]


def dataset_file(folder: Path, source: str, universe: str, **options: Any) -> Path:
    """A dataset of one live source with one universe file."""
    (folder / "universe.csv").write_text(universe, encoding="utf-8")
    entry = {"source": source, "universe": ["universe.csv"], "fetching": FAST, **options}
    document = {"name": "asked", "base_currency": "USD", "sources": [entry]}
    path = folder / "asked.yml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return path


def asked(
    dataset: Path,
    now: datetime,
    *,
    start: date | None = None,
    end: date | None = None,
    symbols: frozenset[str] | None = None,
    landed_until: Mapping[tuple[str, str], date] | None = None,
) -> Answers:
    """What the source of a dataset yields at an instant.

    Parameters
    ----------
    landed_until : as in `Job`: what an update finds landed.
    """
    spec = load_dataset(str(dataset))
    source = spec.sources[0]
    job = Job(spec, source.options, start, end, now, symbols, landed_until or {})
    pieces = list(source_fetch(source.source)(job))
    parts = [piece for piece in pieces if isinstance(piece, Part)]
    assert len({part.item.name for part in parts}) == len(parts)
    assert all(isinstance(batch.rows, pa.Table) for part in parts for batch in part.batches)
    return Answers(
        [piece for piece in pieces if isinstance(piece, Batch)],
        {part.item.name: part for part in parts},
    )


def landed(dataset: Path, query: str) -> list[tuple[Any, ...]]:
    """The answer of a query to what landed; FACTORHOUSE_WAREHOUSE_DIR says where."""
    connection = connect_work(dataset_files(load_dataset(str(dataset)).name))
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@dataclass(frozen=True)
class Asking:
    """An upstream on loopback, and a dataset that asks it through one source."""

    folder: Path
    source: str
    upstream: Any
    loopback: Loopback
    universe: str
    now: datetime
    start: date

    def __call__(
        self, universe: str | None = None, *, options: dict | None = None, **job: Any
    ) -> Answers:
        """What the source yields; ``job`` overrides the arguments of `asked`."""
        text = self.universe if universe is None else universe
        dataset = dataset_file(self.folder, self.source, text, **(options or {}))
        return asked(dataset, job.pop("now", self.now), **{"start": self.start, **job})


@contextmanager
def asking(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    upstream: Upstream,
    *,
    universe: str,
    now: datetime,
    start: date,
) -> Iterator[Asking]:
    """The upstream running, and the environment under which the client reaches it."""
    with Loopback(folder / "upstream", upstream) as loopback:
        for name, value in loopback.environment.items():
            monkeypatch.setenv(name, value)
        yield Asking(folder, source, upstream, loopback, universe, now, start)


def days(first: date, last: date) -> list[date]:
    """Every day from one to another, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
