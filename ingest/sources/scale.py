"""The scale market: synthetic, seeded, of any size, with nothing planted, for timing the house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ingest.scale_market.market import ScaleMarket
from ingest.scale_market.options import read_options
from ingest.sources import Batch, Job


def fetch(job: Job) -> Iterator[Batch]:
    """Draw the market up to the end of the job, in batches of some hundred names.

    Its options are seed, n_equities, n_coins and years. What a day brings depends on the seed and
    the days before it alone: a later end adds rows and changes none. In an update only what is
    dated or published after the newest bar that landed is drawn, and the universe again.

    Raises
    ------
    DatasetError : an option that is unknown or not allowed.
    """
    options = read_options(job.options)
    until = job.end or options.last_day
    market = ScaleMarket(options, until=until, since=newest_bar(job))
    for table, rows in market.tables():
        if rows.num_rows:
            yield Batch(table=table, rows=rows, origin=f"scale market: {table}")


def newest_bar(job: Job) -> date | None:
    """The newest bar date that landed; None where everything is wanted."""
    return max(
        (day for (table, _), day in job.landed_until.items() if table == "prices"), default=None
    )
