"""On-chain metrics of coins from the community data of Coin Metrics; no key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, timedelta
from typing import Any

import pyarrow as pa
from coinmetrics.api_client import CoinMetricsClient

from ingest.calls import Caller, Limits, NotFoundError, UnavailableError
from ingest.coinmetrics_session import GatedSession, classified
from ingest.errors import DatasetError
from ingest.fetching import fetch_items
from ingest.live_universe import Listing, read_listings
from ingest.sources import Batch, Item, Job, Part

# Ours: theirs, the first that has values for the asset, and the currency. Newer coins have only the
# market cap of an estimated supply.
METRICS = {
    "market_cap": (("CapMrktCurUSD", "CapMrktEstUSD"), "USD"),
    "active_addresses": (("AdrActCnt",), None),
    "adjusted_transfer_value": (("TxTfrValAdjUSD",), "USD"),
    "supply": (("SplyCur",), None),
}
NAMES = tuple(name for names, _ in METRICS.values() for name in names)
LIMITS = Limits(workers=4, requests_per_second=1.5)  # the community may ask 10 times in 6 seconds
OVERLAP_DAYS = 30  # counts of addresses and transfers are revised for weeks
PAGE_ROWS = 10_000  # the most the service gives


def fetch(job: Job) -> Iterator[Part]:
    """Daily metrics of each coin that has an id in the column ``coinmetrics``.

    ``published_at`` stays empty: the value of a day is known at the end of the next one.

    Raises
    ------
    DatasetError : the universe file cannot be used.
    """
    limits = LIMITS.changed_by(job.options)

    def fetch_one(item: Item, since: date | None, call: Caller) -> Sequence[Batch]:
        client = CoinMetricsClient(session=GatedSession(call, limits.timeout_seconds))
        rows = metric_rows(daily_metrics(client, job, item, since), item.symbol, call)
        return [Batch("fundamentals", pa.Table.from_pylist(rows), f"Coin Metrics {item.name}")]

    yield from fetch_items(
        job,
        asset_items(read_listings(job)),
        fetch_one,
        limits=limits,
        classify=classified,
        overlap_days=OVERLAP_DAYS,
    )


def asset_items(coins: Sequence[Listing]) -> list[Item]:
    """What to ask for: the coins that Coin Metrics has an id for.

    Raises
    ------
    DatasetError : no coin has one, or two have the same.
    """
    items: dict[str, Item] = {}
    for coin in coins:
        asset = coin.get("coinmetrics")
        if asset in items:
            raise DatasetError(
                f"{coin.place}: {items[asset].symbol} has the id {asset!r} already. Keep one."
            )
        if asset:
            items[asset] = Item(name=asset, table="fundamentals", symbol=coin.symbol)
    if not items:
        raise DatasetError(
            f"{', '.join(dict.fromkeys(coin.file for coin in coins))}: no row has an id in the "
            "column coinmetrics (bitcoin's is btc). Fill it in, or leave the source out."
        )
    return list(items.values())


def daily_metrics(
    client: CoinMetricsClient, job: Job, item: Item, since: date | None
) -> list[Mapping[str, Any]]:
    """The finished days of an asset: asset, time, and a column for each metric there is of it.

    Raises
    ------
    NotFoundError : the service does not know the asset, or has none of the metrics.
    """
    there = available_metrics(client, item.name)
    if not there:
        raise NotFoundError(f"the community data has none of {', '.join(NAMES)} for {item.name}")
    stop = job.now.astimezone(UTC).date()  # today's values are not final
    if job.end:
        stop = min(stop, job.end + timedelta(days=1))
    if since and since >= stop:
        return []
    found = client.get_asset_metrics(
        assets=[item.name],
        metrics=there,
        frequency="1d",
        start_time=since,
        end_time=stop - timedelta(days=1),
        page_size=PAGE_ROWS,
        ignore_forbidden_errors=True,  # the catalog also lists what only customers get
    )
    return [row for row in found if day_of(row) < stop]


def available_metrics(client: CoinMetricsClient, asset: str) -> list[str]:
    """Our metrics that the service lists by day for an asset."""
    catalog = client.catalog_asset_metrics_v2(assets=[asset], format="json", page_size=PAGE_ROWS)
    daily = {
        metric["metric"]
        for entry in catalog
        if entry["asset"] == asset
        for metric in entry["metrics"]
        if any(frequency["frequency"] == "1d" for frequency in metric["frequencies"])
    }
    return [name for name in NAMES if name in daily]


def day_of(row: Mapping[str, Any]) -> date:
    """The UTC day of a row."""
    return date.fromisoformat(row["time"][:10])


def metric_rows(
    rows: Sequence[Mapping[str, Any]], symbol: str, call: Caller
) -> list[dict[str, Any]]:
    """Rows of ``raw.fundamentals``: one per metric and day that has a value.

    A metric without any is noted.

    Raises
    ------
    UnavailableError : two values of one metric on one day.
    """
    found, bare = [], []
    for metric, (names, currency) in METRICS.items():
        series = first_with_values(rows, names)
        if not series:
            bare.append(metric)
        for day, value in sorted(series.items()):
            row = {"symbol": symbol, "metric": metric, "period_end_date": day}
            found.append({**row, "frequency": "day", "value": value, "currency": currency})
    if found and bare:
        call.note(f"nothing of {', '.join(bare)}")
    return found


def first_with_values(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[date, str]:
    """Values by day under the first of the names that has any.

    Raises
    ------
    UnavailableError : two values on one day.
    """
    for name in names:
        series: dict[date, str] = {}
        for row in rows:
            day, value = day_of(row), row.get(name)
            if value is not None and series.setdefault(day, value) != value:
                raise UnavailableError(f"two values of {name} on {day}")
        if series:
            return series
    return {}
