"""Runs the sources of a dataset one after the other, each as far as it gets."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import click
from tqdm import tqdm

from ingest.config import Dataset, SourceSpec
from ingest.errors import DatasetError, IngestError
from ingest.fetch_log import newest_dates
from ingest.fetch_runs import Run, open_run
from ingest.fetching import UnavailableError
from ingest.landing import Target, open_raw
from ingest.loads import LoadSummary
from ingest.parts import land_stream
from ingest.sources import Batch, Item, Job, Part, is_live, source_fetch
from warehouse.files import dataset_files

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SourceResult:
    """What came of one source.

    Attributes
    ----------
    landed : None where the source was refused, or gone before it named an item.
    n_items : items wanted of a live source.
    missing : names of the items that brought nothing, by outcome.
    error : why the source as a whole brought nothing, or not all.
    """

    source: str
    landed: LoadSummary | None = None
    n_items: int = 0
    missing: Mapping[str, list[str]] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def n_missing(self) -> int:
        """Items wanted that brought nothing."""
        return sum(map(len, self.missing.values()))

    @property
    def is_gone(self) -> bool:
        """Whether the source could not be reached at all."""
        return isinstance(self.error, UnavailableError)

    @property
    def is_refused(self) -> bool:
        """Whether what it was asked, or what it gave, is wrong."""
        return self.error is not None and not self.is_gone

    @property
    def brought_any(self) -> bool:
        """Whether an item came of those that were asked for, or files landed."""
        return self.n_missing < self.n_items or (self.n_items == 0 and self.landed is not None)


def ingest(
    spec: Dataset,
    *,
    start: date | None = None,
    end: date | None = None,
    symbols: frozenset[str] | None = None,
    now: datetime | None = None,
    is_update: bool = False,
) -> list[SourceResult]:
    """Land all sources of a dataset, in the order of the file.

    A live source that is refused or gone leaves the others alone.

    Parameters
    ----------
    now : the instant of the run; None is the clock.
    is_update : only what is new since each symbol's newest landed day is asked for, and a few days
        before it again.

    Raises
    ------
    IngestError : a load of files is refused; the loads of the sources before it stay. Or none of
        the symbols asked for is in the dataset.
    """
    now = now or datetime.now(UTC)
    job = Job(spec, {}, start=start, end=end, now=now, symbols=symbols)
    results = [_run_source(source, job, is_update=is_update) for source in spec.sources]
    if symbols is not None:
        _check_symbols(symbols, results)
    return results


def exit_code(results: Iterable[SourceResult]) -> int:
    """0: all came; 3: some items are missing; 4: none came; 2: a source was refused."""
    results = list(results)
    if any(result.is_refused for result in results):
        return 2
    if not any(result.brought_any for result in results):
        return 4
    return 3 if any(result.n_missing or result.is_gone for result in results) else 0


def _run_source(spec: SourceSpec, job: Job, *, is_update: bool) -> SourceResult:
    name, files = spec.source, dataset_files(job.dataset.name)
    with open_raw(files) as connection:
        job = replace(job, options=spec.options)
        run = open_run(connection, name, job, is_update=is_update)
        landed_until = newest_dates(connection, name) if is_update else {}
        job = replace(job, landed_until=landed_until, done=run.done, expect=_announced(run))
        target = Target.of_job(connection, files.work, name, job)
        landed = error = None
        try:
            with closing(_pieces(name, job)) as pieces:
                landed = land_stream(target, _with_progress(pieces, run), run)
        except Exception as caught:
            if not is_live(name):
                raise
            error = caught
            if not isinstance(caught, IngestError):
                logger.warning("%s met an error nobody foresaw", name, exc_info=caught)
    return SourceResult(name, landed, len(run.items), run.missing(landed_until), error)


def _pieces(source: str, job: Job) -> Iterator[Batch | Part]:
    """What a source yields; closing this ends a fetch that is under way."""
    yield from source_fetch(source)(job)


def _announced(run: Run) -> Callable[[Sequence[Item]], None]:
    """Takes note of the items wanted, and tells the user where the run goes on with others."""

    def expect(items: Sequence[Item]) -> None:
        run.expect(items)
        if run.n_done_before:
            click.echo(
                f"{run.source}: going on with the run of {run.began_at:%H:%M} UTC: "
                f"{run.n_done_before} of {len(run.items)} items are done",
                err=True,
            )

    return expect


def _with_progress(pieces: Iterator[Batch | Part], run: Run) -> Iterator[Batch | Part]:
    """The same pieces, with a bar on a terminal: of the items where there are any."""
    is_hidden, n_parts = not sys.stderr.isatty(), 0
    with tqdm(desc=run.source, unit=" batches", disable=is_hidden) as bar:
        for piece in pieces:
            if isinstance(piece, Part):
                n_parts += 1
                bar.unit, bar.total, bar.n = " items", len(run.items), run.n_done_before + n_parts
                bar.refresh()
            else:
                bar.update()
            yield piece


def _check_symbols(symbols: frozenset[str], results: Iterable[SourceResult]) -> None:
    found = frozenset().union(*(result.landed.symbols for result in results if result.landed))
    unknown = sorted(symbols - found)
    if len(unknown) == len(symbols):
        some = ", ".join(unknown[:5]) + (", ..." if len(unknown) > 5 else "")
        raise DatasetError(
            f"None of the {len(symbols)} symbols asked for is in the dataset ({some}). They are "
            "compared as they land, after the `symbols:` rules of the dataset file."
        )
    if unknown:
        click.echo(f"warning: not in the dataset: {', '.join(unknown)}", err=True)
