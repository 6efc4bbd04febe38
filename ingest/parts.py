"""Lands what a source yields: files as one load, fetched items in chunks as they come."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.errors import IngestError
from ingest.fetch_log import log_parts
from ingest.fetch_runs import Run, close_run
from ingest.landing import Target, land_load, record_failure, try_load
from ingest.loads import LoadSummary, added_up
from ingest.sources import Batch, Part

CHUNK_PARTS = 40
CHUNK_SECONDS = 20.0


def land_stream(target: Target, pieces: Iterable[Batch | Part], run: Run) -> LoadSummary:
    """Land batches as one load, and parts in loads of up to 40 items or about 20 seconds.

    Each load is one transaction, in which its items are logged in ``raw.fetch_log`` as well. What
    was fetched before an error or an interruption lands first. A load of parts that is refused
    lands part by part: the part that is refused alone is logged as failed, with its rejects.

    Raises
    ------
    IngestError : the batches that stand before all parts are refused.
    """
    summaries = []
    for is_batch, group in groupby(_to_the_end(pieces, run), key=_is_batch):
        if is_batch:
            summaries.append(land_load(target, group))
            continue
        for chunk in _chunks(group):
            summaries.extend(_land_parts(target, run, chunk))
    close_run(target.connection, run, now=target.observed_at)
    if not summaries and not run.items:
        summaries.append(land_load(target, ()))
    return added_up(summaries) if summaries else LoadSummary(0, target.source, (), frozenset())


def _is_batch(piece: Batch | Part) -> bool:
    return isinstance(piece, Batch)


def _to_the_end(pieces: Iterable[Batch | Part], run: Run) -> Iterator[Batch | Part]:
    yield from pieces
    run.is_fetched = True


def _chunks(parts: Iterator[Part]) -> Iterator[list[Part]]:
    """The parts in chunks, cut as parts come; a full one waits for the next part, or the end."""
    chunk: list[Part] = []
    began = time.monotonic()
    while True:
        try:
            part = next(parts, None)
        except BaseException:
            if chunk:
                yield chunk
            raise
        is_full = len(chunk) == CHUNK_PARTS or time.monotonic() - began > CHUNK_SECONDS
        if chunk and (part is None or is_full):
            yield chunk
            chunk, began = [], time.monotonic()
        if part is None:
            return
        chunk.append(part)


def _land_parts(target: Target, run: Run, parts: Sequence[Part]) -> list[LoadSummary]:
    def log(load_id: int, logged: Sequence[Part] = parts) -> None:
        log_parts(target.connection, run, logged, load_id=load_id, now=target.observed_at)
        close_run(target.connection, run, now=target.observed_at)

    try:
        batches = [batch for part in parts for batch in part.batches]
        return [try_load(target, batches, also=log)]
    except IngestError as error:
        if len(parts) == 1:
            refused = replace(parts[0], outcome="failed", batches=(), message=str(error))
            record_failure(target, error, also=lambda load_id: log(load_id, [refused]))
            return []
    return [summary for part in parts for summary in _land_parts(target, run, [part])]
