"""The sources: one module each, all with one function ``fetch``.

``fetch(dataset, options, start, end)`` yields `Batch` objects; ``options`` are the other keys of
the source's entry in the dataset file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from ingest.errors import DatasetError


@dataclass(frozen=True)
class Batch:
    """Rows for one raw table, as a source gave them.

    Attributes
    ----------
    table : the raw table: universe, prices, corporate_actions, fundamentals, fx_rates or
        interest_rates.
    rows : the canonical columns of that table without source, load_id, observed_at and occurrence,
        of any type (landing casts; text is allowed everywhere). Columns may be left out where the
        raw table allows NULL. Optional ``source_row``: the 1-based line in the file, its header
        being line 1.
    origin : the file or service the rows came from, named in errors and rejects.
    """

    table: str
    rows: pa.Table
    origin: str


def source_names() -> list[str]:
    """Names of the sources there are, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def source_fetch(name: str) -> Callable[..., Iterator[Batch]]:
    """The ``fetch`` function of a source.

    Raises
    ------
    DatasetError : there is no such source.
    """
    if name not in source_names():
        raise DatasetError(f"There is no source {name!r}. There are: {', '.join(source_names())}.")
    return importlib.import_module(f"ingest.sources.{name}").fetch
