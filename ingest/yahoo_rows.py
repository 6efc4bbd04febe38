"""Rows of the raw tables from what Yahoo answered for one symbol. Pure: no request is made here.

Yahoo's prices, volumes and dividends are split-adjusted as of the answer; landing un-adjusts them
with the splits of the same answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from ingest.errors import IngestError

MAJOR_CURRENCY = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
MINOR_UNITS = 100
PRICES = ["open", "high", "low", "close"]
# In London, Johannesburg and Tel Aviv Yahoo quotes prices in the minor unit, and most dividends in
# the major one, but not all, and says nowhere which. A payment above a tenth of the price is taken
# to be in the minor unit. One payment alone decides, so that each fetch, whatever it holds, reads
# the same dividend the same way.
LARGEST_PAYMENT = 0.1


def bar_rows(frame: pd.DataFrame, symbol: str, *, currency: str, last_day: date) -> pa.Table:
    """Rows of ``raw.prices``: one per exchange-local day up to ``last_day`` that has any price.

    Parameters
    ----------
    frame : as ``Ticker.history`` gives it with ``auto_adjust=False``: Open to Volume, by the
        exchange's midnights. yfinance writes 0 where Yahoo gives no volume.
    """
    bars = _bars(frame, last_day)
    bars["symbol"], bars["currency"], bars["price_basis"] = symbol, currency, "split_adjusted"
    names = ["symbol", "bar_date", *PRICES, "volume", "currency", "price_basis"]
    return pa.Table.from_pandas(bars[names], preserve_index=False)


def close_rows(frame: pd.DataFrame, *, last_day: date) -> pd.DataFrame:
    """The days up to ``last_day`` that have a close: ``bar_date`` and ``close``."""
    bars = _bars(frame, last_day)
    return bars.loc[bars["close"].notna(), ["bar_date", "close"]]


def action_rows(chart: Mapping[str, Any], symbol: str, *, now: datetime) -> pa.Table:
    """Rows of ``raw.corporate_actions``: the splits and cash dividends up to ``now``.

    From the answer itself, since in the frame an event on a day without a bar moves to the bar
    before, and the currency of a dividend is gone. Capital gains of a fund are left out: Yahoo adds
    them to the dividends. Several payments of one day and currency are added up, splits multiplied.

    Raises
    ------
    IngestError : the bars are adjusted by a split after ``now``, as in a replay of an old day.
    """
    zone = ZoneInfo(chart["meta"]["exchangeTimezoneName"])
    events = chart.get("events") or {}
    quoted = chart["meta"]["currency"]
    closes = _closes(chart, zone) if quoted in MAJOR_CURRENCY else []
    values: dict[tuple[date, str, str | None], float] = {}
    for event in _known(events.get("splits"), now):
        key = (_day(event, zone), "split", None)
        values[key] = values.get(key, 1.0) * event["numerator"] / event["denominator"]
    for event in _known(events.get("dividends"), now):
        day = _day(event, zone)
        key = (day, "cash_dividend", _dividend_currency(event, quoted, closes, day))
        values[key] = values.get(key, 0.0) + event["amount"]
    _check_splits(events.get("splits"), chart, symbol, now)
    rows = sorted(values.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or ""))
    return pa.table(
        {
            "symbol": pa.array([symbol] * len(rows), pa.string()),
            "ex_date": pa.array([key[0] for key, _ in rows], pa.date32()),
            "action_type": pa.array([key[1] for key, _ in rows], pa.string()),
            "value": pa.array([value for _, value in rows], pa.float64()),
            "currency": pa.array([key[2] for key, _ in rows], pa.string()),
        }
    )


def checked_currency(chart: Mapping[str, Any], symbol: str, expected: str) -> str:
    """The currency that the answer quotes in.

    Raises
    ------
    IngestError : it is neither the expected one nor its minor unit.
    """
    given = chart["meta"].get("currency")
    if MAJOR_CURRENCY.get(given, given) != MAJOR_CURRENCY.get(expected, expected):
        raise IngestError(
            f"Yahoo quotes {symbol} in {given}, the universe says {expected}. Mend the universe "
            "file, or take the symbol of the listing that trades in that currency."
        )
    return given


def _bars(frame: pd.DataFrame, last_day: date) -> pd.DataFrame:
    bars = frame.rename(columns=str.lower)
    bars["bar_date"] = bars.index.date  # the exchange's own midnights
    # Holidays and bare events are rows without a price; a half row lands as it is.
    return bars[bars[PRICES].notna().any(axis=1) & (bars["bar_date"] <= last_day)]


def _known(events: Mapping[str, Any] | None, now: datetime) -> Iterator[Mapping[str, Any]]:
    """The events whose session had opened; a later split is in no price yet."""
    return (event for event in (events or {}).values() if event["date"] <= now.timestamp())


def _check_splits(
    splits: Mapping[str, Any] | None, chart: Mapping[str, Any], symbol: str, now: datetime
) -> None:
    newest_bar = max(chart["timestamp"])
    for split in (splits or {}).values():
        if now.timestamp() < split["date"] <= newest_bar:
            raise IngestError(
                f"{symbol} was split after {now:%Y-%m-%d %H:%M} UTC, the instant of this run: "
                "Yahoo's prices hold that split, so they cannot be turned back as of then."
            )


def _day(event: Mapping[str, Any], zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(event["date"], zone).date()


def _closes(chart: Mapping[str, Any], zone: ZoneInfo) -> list[tuple[date, float]]:
    """Day and close of each bar that has one, in order."""
    closes = chart["indicators"]["quote"][0]["close"]
    return sorted(
        (datetime.fromtimestamp(moment, zone).date(), close)
        for moment, close in zip(chart["timestamp"], closes, strict=True)
        if close
    )


def _dividend_currency(
    event: Mapping[str, Any], quoted: str, closes: Sequence[tuple[date, float]], day: date
) -> str:
    """The currency of a dividend: the one it names, else that of the quotes, major or minor."""
    if event.get("currency") or quoted not in MAJOR_CURRENCY:
        return event.get("currency") or quoted
    after = bisect_left(closes, (day,))
    close = closes[min(after, len(closes) - 1)][1] if closes else 0.0
    is_minor = event["amount"] > LARGEST_PAYMENT * close / MINOR_UNITS
    return quoted if is_minor else MAJOR_CURRENCY[quoted]
