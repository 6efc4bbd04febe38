"""Yahoo Finance through yfinance: daily bars, splits, dividends, exchange rates, bill yields.

Each fetch runs to the newest day, whatever last date is wanted: bars are split-adjusted as of the
answer, and only with all splits up to then can landing turn them back into traded prices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import yfinance
from yfinance.cache import get_tz_cache

from ingest.closed_sessions import ALWAYS_OPEN, last_closed_session, time_zone
from ingest.fetching import Call, Limits, fetch_items
from ingest.live_universe import Listing, read_listings, universe_batches
from ingest.sources import Batch, Item, Job, Part
from ingest.yahoo_rows import action_rows, bar_rows, checked_currency, close_rows
from ingest.yahoo_session import NoDataError, classify, yahoo_session

# Yahoo publishes no limit; users report being refused after some thousand requests an hour. With
# one request a symbol, 500 of them stay below that and take five minutes.
LIMITS = Limits(workers=4, requests_per_second=2.0, first_wait_seconds=2.0)
# Quotes of some venues are 15 minutes late, and London's closing auction ends after the close.
DELAY = timedelta(minutes=30)
# One request whatever it holds: a month again finds late dividends and prices that were rewritten.
OVERLAP_DAYS = 30
BENCHMARK = {"venue": "XNYS", "country": "US", "currency": "USD", "asset_kind": "etf"}
RATES_VENUE = ALWAYS_OPEN  # exchange rates and yields: a day counts once its UTC day is over


def fetch(job: Job) -> Iterator[Batch | Part]:
    """The universe, then the bars and events of each listing, the exchange rates and the yields.

    Bars and events are split-adjusted as of the fetch; a bar of a session that is not over is left
    out. Options: see ``ingest/datasets/schema.json``.

    Raises
    ------
    DatasetError : a universe file cannot be used.
    """
    listings = _listings(job)
    yield from universe_batches(listings, asset_class="equity")
    limits = LIMITS.changed_by(job.options)
    yahoo_session().longest_seconds = limits.timeout_seconds
    answers = _Answers(job, listings, limits.timeout_seconds)
    yield from fetch_items(
        job,
        _items(job, listings),
        answers.batches,
        limits=limits,
        classify=classify,
        overlap_days=OVERLAP_DAYS,
    )


def _listings(job: Job) -> list[Listing]:
    """The listings of the files, and the benchmarks that no file lists."""
    listings = read_listings(job, required=("venue", "currency"))
    listed = {listing.symbol for listing in listings}
    benchmarks = [
        Listing(symbol, {"symbol": symbol, "name": symbol, **BENCHMARK}, "benchmarks", line)
        for line, symbol in enumerate(job.options.get("benchmarks") or (), start=1)
        if symbol not in listed
    ]
    return [*listings, *benchmarks]


def _items(job: Job, listings: Sequence[Listing]) -> list[Item]:
    """Rates first: they are few, and without them nothing abroad can be converted."""
    currencies = [currency for currency in job.options.get("fx") or () if currency != "USD"]
    yields = job.options.get("risk_free") or {}
    return [
        *(Item(f"{currency}USD=X", "fx_rates", currency) for currency in currencies),
        *(Item(name, "interest_rates", currency) for currency, name in yields.items()),
        *(Item(listing.symbol, "prices", listing.symbol) for listing in listings),
    ]


class _Answers:
    """Asks for one item at a time, from any thread."""

    def __init__(self, job: Job, listings: Sequence[Listing], timeout_seconds: float) -> None:
        self._job, self._timeout_seconds = job, timeout_seconds
        self._listings = {listing.symbol: listing for listing in listings}
        venues = {listing.values["venue"] for listing in listings} | {RATES_VENUE}
        self._last_days = {
            venue: last_closed_session(venue, job.now, delay=DELAY) for venue in venues
        }
        zones = {venue: time_zone(venue) for venue in venues}
        # yfinance asks for each symbol's time zone first, which doubles the requests; it needs it
        # for the midnight at which the first date begins, and looks here before.
        cache = get_tz_cache()
        for item in _items(job, listings):
            listing = self._listings.get(item.name)
            venue = listing.values["venue"] if listing else RATES_VENUE
            cache.store(item.name.upper(), zones[venue])

    def batches(self, item: Item, since: date | None, call: Call[Any]) -> list[Batch]:
        """The rows of an item from a day on; none where Yahoo has none."""
        try:
            frame, chart = call(lambda: self._history(item.name, since))
        except NoDataError:
            return []
        if item.table == "prices":
            return self._price_batches(item.symbol, frame, chart)
        return [self._rate_batch(item, frame, chart)]

    def _history(self, name: str, since: date | None) -> tuple[pd.DataFrame, dict[str, Any]]:
        """yfinance's frame and the answer it was made of."""
        session = yahoo_session()
        session.take_chart()
        frame = yfinance.Ticker(name, session=session).history(
            **({"period": "max"} if since is None else {"start": since}),
            interval="1d",
            auto_adjust=False,
            back_adjust=False,
            actions=False,
            repair=False,
            keepna=True,
            timeout=self._timeout_seconds,
        )
        chart = session.take_chart()
        if chart is None:
            raise ValueError("no chart in the answer")
        return frame, chart

    def _price_batches(
        self, symbol: str, frame: pd.DataFrame, chart: dict[str, Any]
    ) -> list[Batch]:
        listing, origin = self._listings[symbol], f"Yahoo, {symbol}"
        currency = checked_currency(chart, symbol, listing.values["currency"])
        last_day = self._last_days[listing.values["venue"]]
        bars = bar_rows(frame, symbol, currency=currency, last_day=last_day)
        actions = action_rows(chart, symbol, now=self._job.now)
        return [
            Batch("prices", bars, origin, brings_splits=True),
            Batch("corporate_actions", actions, origin, brings_splits=True),
        ]

    def _rate_batch(self, item: Item, frame: pd.DataFrame, chart: dict[str, Any]) -> Batch:
        closes = close_rows(frame, last_day=self._last_days[RATES_VENUE])
        rows: dict[str, Any] = {
            "currency": pa.array([item.symbol] * len(closes), pa.string()),
            "rate_date": pa.array(closes["bar_date"], pa.date32()),
        }
        values = closes["close"].to_numpy()
        if item.table == "fx_rates":
            checked_currency(chart, item.name, "USD")
            rows["usd_per_unit"] = pa.array(values)
        else:  # percent of a year; the 13-week bill is quoted as a bank discount
            rows["yield_ann"] = pa.array(values / 100)
            rows["quote_convention"] = pa.array(["bank_discount"] * len(closes), pa.string())
        return Batch(item.table, pa.table(rows), f"Yahoo, {item.name}")
