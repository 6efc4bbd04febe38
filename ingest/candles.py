"""Puts the daily candles of an exchange together from its pages, whatever the pages are like.

Exchanges differ in what they answer: the candles of a window, the first ones after a day, or fewer
than asked for. So the next page is asked for after the last candle that came, an empty page is
stepped over, and what is then missing in between is asked for once more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)


class Candle(NamedTuple):
    """One UTC day of trading; prices in the quote currency, volume in units of the coin."""

    day: date
    open: float | None
    high: float | None
    low: float | None
    close: float | None
    volume: float | None


Ask = Callable[[date, int], Iterable[Candle]]


def paged(ask: Ask, first: date, stop: date, *, page_days: int) -> list[Candle]:
    """The distinct candles from ``first`` to the day before ``stop``, in order of their days.

    Two different candles of one day are both given: which one is right, nobody said.

    Parameters
    ----------
    ask : of a first day and a number of days, what the exchange answers.
    page_days : days asked for at once.
    """
    found: set[Candle] = set()
    day = first
    while day < stop:
        page = {candle for candle in ask(day, page_days) if day <= candle.day < stop}
        found |= page
        day = max(candle.day for candle in page) + DAY if page else day + page_days * DAY
    return sorted(found, key=lambda candle: candle.day)


def filled(
    ask: Ask, candles: list[Candle], *, since: date | None, page_days: int
) -> tuple[list[Candle], list[date]]:
    """The candles with those that came when the missing days were asked for again.

    Parameters
    ----------
    since : a day that is there already (None: nothing is); days missing after it count too.

    Returns
    -------
    The candles, in order, and the days that stay missing.
    """
    days = {candle.day for candle in candles}
    missing = missing_days(days | ({since} if since else set()))
    again: set[Candle] = set()
    for span in spans(missing, longest=page_days):
        wanted = set(span)
        n_days = (span[-1] - span[0]).days + 1
        again |= {candle for candle in ask(span[0], n_days) if candle.day in wanted}
    came = {candle.day for candle in again}
    return (
        sorted({*candles, *again}, key=lambda candle: candle.day),
        [day for day in missing if day not in came],
    )


def missing_days(days: Collection[date]) -> list[date]:
    """The days between the first and the last that are not there."""
    if not days:
        return []
    first, last = min(days), max(days)
    every = (first + n * DAY for n in range((last - first).days))
    return [day for day in every if day not in days]


def spans(days: Iterable[date], *, longest: int) -> Iterator[list[date]]:
    """Days in order, cut into lists that reach over at most ``longest`` days."""
    span: list[date] = []
    for day in days:
        if span and (day - span[0]).days >= longest:
            yield span
            span = []
        span.append(day)
    if span:
        yield span
