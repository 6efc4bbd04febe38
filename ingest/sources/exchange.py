"""Daily candles of coins from any exchange that ccxt knows; no keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from ingest.calls import Caller, Limits, NotFoundError
from ingest.candles import Candle, filled, paged
from ingest.ccxt_clients import Clients, classified, page
from ingest.errors import DatasetError, IngestError
from ingest.fetching import fetch_items
from ingest.live_universe import Listing, read_listings, universe_batches
from ingest.sources import Batch, Item, Job, Part

# Its history is whole (bitcoin from July 2015), public and in US dollars; it lists most of the
# coins there are, keeps the candles of those it delisted, and asks nobody where they live. Bitstamp
# goes further back with a third of the coins, Bitfinex turns US customers away, Kraken gives 720
# days and Gemini a year, and Binance quotes in tether.
DEFAULT_EXCHANGE = "coinbaseexchange"
LIMITS = Limits(workers=4, requests_per_second=5.0)
FIRST_DAY = date(2010, 1, 1)  # no exchange has candles before
OVERLAP_DAYS = 5
SMALLEST_PAGE_DAYS = 100  # where ccxt does not say how many candles the exchange gives at once
N_DAYS_NAMED = 3


def fetch(job: Job) -> Iterator[Batch | Part]:
    """Universe rows of the coins, then of each its traded prices in the quote currency.

    Volume is in units of the coin, as ccxt gives it.

    Raises
    ------
    DatasetError : ccxt knows no such exchange or has no daily candles of it, or the universe file
        cannot be used.
    """
    name = job.options.get("exchange", DEFAULT_EXCHANGE)
    quote = job.options.get("quote", "USD")
    currency = job.options.get("currency", quote)
    limits = LIMITS.changed_by(job.options)
    clients = Clients(name, limits)
    coins = read_listings(job, required=("base",))
    items = market_items(coins, quote)
    yield from universe_batches(coins, asset_class="crypto", venue="24/7", currency=currency)

    def fetch_one(item: Item, since: date | None, call: Caller) -> Sequence[Batch]:
        candles = daily_candles(clients, job, item, since, call)
        return [prices_batch(candles, item.symbol, currency, f"{name} {item.name}")]

    yield from fetch_items(
        job,
        items,
        fetch_one,
        limits=limits,
        classify=classified,
        overlap_days=OVERLAP_DAYS,
    )


def market_items(coins: Sequence[Listing], quote: str) -> list[Item]:
    """What to ask for: the market of each coin against the quote currency, or the one it names.

    Raises
    ------
    DatasetError : two coins with one market.
    """
    items: dict[str, Item] = {}
    for coin in coins:
        market = coin.get("exchange_symbol") or f"{coin.get('base')}/{quote}"
        if market in items:
            raise DatasetError(
                f"{coin.place}: {items[market].symbol} has the market {market} already. Keep one."
            )
        items[market] = Item(name=market, table="prices", symbol=coin.symbol)
    return list(items.values())


def daily_candles(
    clients: Clients, job: Job, item: Item, since: date | None, call: Caller
) -> list[Candle]:
    """The finished candles of a market from a day on; a gap that stays is noted.

    Raises
    ------
    NotFoundError : the exchange has no such market.
    IngestError : its days do not begin at midnight UTC.
    """
    client = clients.get(call)
    if item.name not in client.markets:
        raise NotFoundError(f"{client.id} has no market {item.name}")
    page_days = client.feature_value(item.name, "fetchOHLCV", "limit") or SMALLEST_PAGE_DAYS

    def ask(first: date, n_days: int) -> list[Candle]:
        start = int(datetime.combine(first, time(), UTC).timestamp() * 1000)
        return [candle_of(row) for row in call(lambda: page(client, item.name, start, n_days))]

    stop = job.now.astimezone(UTC).date()  # today's candle is not finished
    if job.end:
        stop = min(stop, job.end + timedelta(days=1))
    candles = paged(ask, max(since or FIRST_DAY, FIRST_DAY), stop, page_days=page_days)
    landed = job.landed_until.get((item.table, item.symbol))
    candles, missing = filled(ask, candles, since=landed, page_days=page_days)
    if missing:
        some = ", ".join(map(str, missing[:N_DAYS_NAMED]))
        more = ", ..." if len(missing) > N_DAYS_NAMED else ""
        call.note(f"no candle on {len(missing)} days in between: {some}{more}")
    return candles


def candle_of(row: Sequence[Any]) -> Candle:
    """A candle of a row of ccxt."""
    opened = datetime.fromtimestamp(row[0] / 1000, UTC)
    if opened.time() != time():
        raise IngestError(f"its day begins at {opened:%H:%M} UTC, not at midnight")
    return Candle(opened.date(), *row[1:6])


def prices_batch(candles: Sequence[Candle], symbol: str, currency: str, origin: str) -> Batch:
    """Price rows of one coin."""
    rows = [
        {
            "symbol": symbol,
            "bar_date": candle.day,
            "open": candle.open,
            "high": candle.high,
            "low": candle.low,
            "close": candle.close,
            "volume": candle.volume,
            "currency": currency,
            "price_basis": "as_traded",
        }
        for candle in candles
    ]
    return Batch("prices", pa.Table.from_pylist(rows), origin)
