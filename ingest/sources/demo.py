"""The demo market: synthetic, seeded, with planted premia and planted faults."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.demo_market.market import simulate_market
from ingest.demo_market.observed import observe
from ingest.demo_market.options import read_options
from ingest.demo_market.tables import market_tables
from ingest.demo_market.text_rows import split_text_rows
from ingest.demo_market.truth import write_truth
from ingest.sources import Batch, Job
from warehouse.files import dataset_files


def fetch(job: Job) -> Iterator[Batch]:
    """Generate the market, write its truth beside the warehouse, and yield its tables.

    Its options are seed, n_equities, n_coins, years and first_session. The whole market is
    generated; bars, actions and rates outside the dates are left out, and statements published
    after the end.

    Yields
    ------
    Per table its typed rows, then a small batch of text that holds three unusable rows.

    Raises
    ------
    DatasetError : an option that is unknown or not allowed.
    """
    market = simulate_market(read_options(job.options))
    observed = observe(market)
    tables = market_tables(market, observed)
    counts = {name: table.num_rows for name, table in tables.items()}
    write_truth(dataset_files(job.dataset.name).truth, market, observed, counts)
    if job.start or job.end:
        tables = market_tables(market, observed, job.start, job.end)
    for name, table in tables.items():
        typed, text = split_text_rows(name, table)
        yield Batch(table=name, rows=typed, origin=f"demo market: {name}")
        if text.num_rows:
            yield Batch(table=name, rows=text, origin=f"demo market: {name} (text)")
