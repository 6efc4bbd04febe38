"""Twenty large US equities, 1990 to 2022, that ship inside the package skfolio (BSD licence).

Adjusted closes only: no volume, no open, high or low, and dividends are in the price.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from ingest.config import DATASETS
from ingest.sources import Batch, Job

ORIGIN = "skfolio sp500_dataset"
UNIVERSE_FILE = DATASETS / "sample_universe.csv"


def fetch(job: Job) -> Iterator[Batch]:
    """The twenty stocks and their total-return closes; nothing is downloaded or cached."""
    universe = pyarrow.csv.read_csv(UNIVERSE_FILE)
    n_symbols = universe.num_rows
    for column, value in (
        ("asset_class", "equity"),
        ("venue", "XNYS"),
        ("country", "US"),
        ("currency", "USD"),
        ("asset_kind", "stock"),
    ):
        universe = universe.append_column(column, pa.array([value] * n_symbols))
    yield Batch("universe", universe, UNIVERSE_FILE.name)
    yield Batch("prices", _prices(job.start, job.end), ORIGIN)


def _prices(start: date | None, end: date | None) -> pa.Table:
    from skfolio.datasets import load_sp500_dataset  # slow to import: only when it is loaded

    first, last = (pd.Timestamp(day) if day else None for day in (start, end))
    closes = load_sp500_dataset().loc[first:last]
    long = closes.rename_axis(index="bar_date", columns="symbol").stack().rename("close")
    rows = pa.Table.from_pandas(long.reset_index(), preserve_index=False)
    for column, value in (("currency", "USD"), ("price_basis", "total_return")):
        rows = rows.append_column(column, pa.array([value] * rows.num_rows))
    return rows
