"""US company statements with their filing dates: SEC company facts, by edgartools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import polars as pl
import pyarrow as pa

from ingest.edgar_facts.client import (
    Companies,
    classify,
    declared_user_agent,
    download_facts,
    open_client,
)
from ingest.edgar_facts.facts import taxonomies
from ingest.edgar_facts.statements import statement_rows
from ingest.errors import DatasetError
from ingest.fetching import Call, Limits, fetch_items
from ingest.live_universe import Listing, read_listings
from ingest.sources import Batch, Item, Job, Part

# The SEC allows 10 requests a second.
LIMITS = Limits(workers=4, requests_per_second=8, timeout_seconds=60)
OVERLAP_DAYS = 10
ORIGIN = "SEC EDGAR company facts"
NO_STATEMENTS = ("etf", "index")


def fetch(job: Job) -> Iterator[Part]:
    """Statement items of the companies listed, as first reported and as restated.

    Options: ``universe``, CSV files with the column symbol, and cik for companies that the SEC's
    own list of tickers no longer has; ``user_agent``, a name and an e-mail address.

    Raises
    ------
    DatasetError : a universe file cannot be used, or the user agent names no address.
    """
    listings = [
        listing
        for listing in read_listings(job)
        if listing.get("asset_kind", "stock") not in NO_STATEMENTS
    ]
    limits = LIMITS.changed_by(job.options)
    user_agent = declared_user_agent(job.options.get("user_agent"), str(job.dataset.path))
    ciks = {listing.symbol: _given_cik(listing) for listing in listings}
    open_client(user_agent, limits, job.dataset.name)
    companies = Companies()

    def fetch_one(item: Item, since: date | None, call: Call) -> Sequence[Batch]:
        cik = ciks[item.symbol] or companies.cik(item.symbol, call)
        document = call(lambda: download_facts(cik))
        rows = statement_rows(document)
        if rows.is_empty():
            given = ", ".join(taxonomies(document)) or "nothing"
            call.note(f"no statements in us-gaap: company {cik} reports in {given}")
        return [_batch(rows.filter(_wanted(job, item)), item.symbol)]

    yield from fetch_items(
        job,
        [Item(listing.symbol, "fundamentals", listing.symbol) for listing in listings],
        fetch_one,
        limits=limits,
        classify=classify,
        overlap_days=OVERLAP_DAYS,
    )


def _given_cik(listing: Listing) -> int | None:
    text = listing.get("cik")
    if text and not text.isdigit():
        raise DatasetError(f"{listing.place}: cik is {text!r}, not a number like 320193.")
    return int(text) if text else None


def _wanted(job: Job, item: Item) -> pl.Expr:
    """What was filed by now, in an update only lately: the document is always the whole history.

    Whatever was filed before the newest landed period ended was there when that one was fetched.
    Statements from before the first bar are wanted: they are what was known on its day.
    """
    published = pl.col("published_at")
    landed = job.landed_until.get((item.table, item.symbol))
    is_known = published <= job.now.date()
    return is_known & (published >= landed - timedelta(days=OVERLAP_DAYS)) if landed else is_known


def _batch(rows: pl.DataFrame, symbol: str) -> Batch:
    table = rows.select(pl.lit(symbol).alias("symbol"), pl.all()).to_arrow()
    return Batch("fundamentals", table.cast(_plain_text(table.schema)), ORIGIN)


def _plain_text(schema: pa.Schema) -> pa.Schema:
    """Polars writes large strings; the rest of the house has plain ones."""
    return pa.schema(
        field.with_type(pa.string()) if pa.types.is_large_string(field.type) else field
        for field in schema
    )
