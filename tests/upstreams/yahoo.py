"""Yahoo's wire format on loopback: cookie, crumb and the v8 chart of a small market.

The market is given as traded; the upstream adjusts it by the splits known at its own ``now``, as
Yahoo does, so that moving ``now`` past a split changes all of history.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlencode
from zoneinfo import ZoneInfo

import numpy as np
from exchange_calendars import get_calendar

from tests.upstreams.loopback import Request, Response, as_json

CHART = "/v8/finance/chart/"
NAMES = ("open", "high", "low", "close", "volume")
COOKIE, CRUMB = "d=AQABBL&S=AQAAAr", "Edge.Crumb1"
NOT_FOUND = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
REFUSED = {"code": "Unauthorized", "description": "Invalid Crumb"}


@dataclass
class Quoted:
    """One symbol as it traded.

    Attributes
    ----------
    bars : open, high, low, close and volume by day; a None is a null of Yahoo's.
    splits : new shares for old by ex-date, such as (4, 1).
    dividends : paid per share of that day, by ex-date.
    dividend_currency : named in each dividend, where Yahoo names it.
    hours : of the session, in the exchange's time.
    """

    symbol: str
    bars: dict[date, Sequence[float | None]] = field(default_factory=dict)
    splits: dict[date, tuple[int, int]] = field(default_factory=dict)
    dividends: dict[date, float] = field(default_factory=dict)
    currency: str = "USD"
    dividend_currency: str | None = None
    zone: str = "America/New_York"
    kind: str = "EQUITY"
    hours: tuple[time, time] = (time(9, 30), time(16))

    def opened_at(self, day: date) -> datetime:
        """Instant at which the session of a day opens, which stamps its bar."""
        return datetime.combine(day, self.hours[0], ZoneInfo(self.zone))

    def closed_at(self, day: date) -> datetime:
        """Instant at which the session of a day is over."""
        after = timedelta(days=self.hours[1] <= self.hours[0])
        return datetime.combine(day + after, self.hours[1], ZoneInfo(self.zone))

    def factor(self, day: date, now: datetime) -> float:
        """By how much the splits after a day, of which Yahoo knows, divide its prices."""
        known = [
            new / old
            for ex_date, (new, old) in self.splits.items()
            if ex_date > day and self.opened_at(ex_date) <= now
        ]
        return float(np.prod(known)) if known else 1.0


class YahooUpstream:
    """Yahoo Finance at an instant.

    Attributes
    ----------
    now : what has not opened by then is not given; a session under way is an unfinished last bar.
    is_single_precision : prices are single-precision numbers written out in full, as Yahoo's are.
    is_shuffled : some rows come twice, and all in another order.
    needs_crumb : charts are refused without this upstream's cookie and crumb.
    needs_consent : charts lead to a page of cookie rules until it is agreed to, as in Europe.
    is_terse : dates without a bar are answered by a chart without timestamps, else by a 400.
    """

    hosts: Sequence[str] = (
        "fc.yahoo.com",
        "query1.finance.yahoo.com",
        "query2.finance.yahoo.com",
        "guce.yahoo.com",
        "consent.yahoo.com",
        "finance.yahoo.com",
    )

    def __init__(self, quoted: Iterable[Quoted], *, now: datetime) -> None:
        self.quoted = {one.symbol: one for one in quoted}
        self.now = now
        self.is_single_precision = True
        self.is_shuffled = False
        self.needs_crumb = False
        self.needs_consent = False
        self.is_terse = True

    def answer(self, request: Request) -> Response:
        has_cookie = f"A3={COOKIE}" in request.headers.get("cookie", "")
        if request.host == "fc.yahoo.com":  # answers 404 and sets the cookie all the same
            cookie = f"A3={COOKIE}; Max-Age=31557600; Domain=.yahoo.com; Path=/; Secure; HttpOnly"
            return Response(b"", 404, "text/html", {"Set-Cookie": cookie})
        if request.path == "/v1/test/getcrumb":
            body = CRUMB.encode() if has_cookie else b""
            return Response(body, 200 if has_cookie else 401, "text/plain")
        if request.host == "consent.yahoo.com":
            return self._consent(request)
        if request.path.startswith(CHART):
            if self.needs_consent:
                back = quote(f"https://{request.host}{request.path}?{urlencode(request.query)}")
                page = f"https://consent.yahoo.com/v2/collectConsent?back={back}"
                return Response(b"", 302, "text/html", {"Location": page})
            if self.needs_crumb and not (has_cookie and request.query.get("crumb") == CRUMB):
                return _refused(REFUSED, 401)
            return self._chart(unquote(request.path.removeprefix(CHART)), request.query)
        return Response(b"<html><body>consent</body></html>", 200, "text/html")

    def _consent(self, request: Request) -> Response:
        """The page with its form, and the way back once it is sent."""
        if request.method == "POST" and b"agree=" in request.body:
            self.needs_consent = False
            return Response(b"", 303, "text/html", {"Location": request.query["back"]})
        action = f"/v2/collectConsent?back={quote(request.query['back'])}"
        form = f'<form method="post" action="{action}"><input name="csrfToken" value="x"></form>'
        return Response(f"<html><body>{form}</body></html>".encode(), 200, "text/html")

    def _chart(self, symbol: str, query: Mapping[str, str]) -> Response:
        if symbol not in self.quoted:
            return _refused(NOT_FOUND, 404)
        one = self.quoted[symbol]
        first, last = self._period(query)

        def is_given(moment: datetime) -> bool:
            return moment <= self.now and first <= moment.timestamp() < last

        days = [day for day in sorted(one.bars) if is_given(one.opened_at(day))]
        if not days and not self.is_terse:
            reason = f"Data doesn't exist for startDate = {first}, endDate = {last}"
            return _refused({"code": "Bad Request", "description": reason}, 400)
        chart: dict[str, Any] = {"meta": self._meta(one), "indicators": {"quote": [{}]}}
        if days:
            rows = [self._row(one, day) for day in days]
            if self.is_shuffled:
                rows = [*rows[::5], *rows]
                random.Random(len(rows)).shuffle(rows)
            chart["timestamp"] = [moment for moment, _ in rows]
            chart["indicators"] = _indicators([bar for _, bar in rows])
        events = self._events(one, [*one.splits, *one.dividends], is_given)
        if events:
            chart["events"] = events
        return as_json({"chart": {"result": [chart], "error": None}})

    def _period(self, query: Mapping[str, str]) -> tuple[float, float]:
        if "range" in query:
            days = {"1d": 1, "5d": 5, "1mo": 31}[query["range"]]
            return (self.now - timedelta(days=days)).timestamp(), self.now.timestamp() + 1
        return float(query["period1"]), float(query["period2"])

    def _row(self, one: Quoted, day: date) -> tuple[int, list[float | None]]:
        """Timestamp and adjusted bar; of a session under way so far, stamped now."""
        factor = one.factor(day, self.now)
        *prices, volume = one.bars[day]
        moment = one.opened_at(day)
        if one.closed_at(day) > self.now:
            moment, prices = self.now, [price and price * 0.9 for price in prices]
        adjusted = [None if price is None else self._number(price / factor) for price in prices]
        shares = None if volume is None else round(volume * factor)
        return int(moment.timestamp()), [*adjusted, shares]

    def _events(self, one: Quoted, days: Iterable[date], is_given: Any) -> dict[str, Any]:
        splits, dividends = {}, {}
        for day in days:
            moment = one.opened_at(day)
            if not is_given(moment):
                continue
            stamp = int(moment.timestamp())
            if day in one.splits:
                new, old = one.splits[day]
                splits[str(stamp)] = {
                    "date": stamp,
                    "numerator": float(new),
                    "denominator": float(old),
                    "splitRatio": f"{new}:{old}",
                }
            if day in one.dividends:
                amount = one.dividends[day] / one.factor(day, self.now)
                dividends[str(stamp)] = {"amount": round(amount, 6), "date": stamp}
                if one.dividend_currency:
                    dividends[str(stamp)]["currency"] = one.dividend_currency
        named = {"dividends": dividends, "splits": splits}
        return {name: events for name, events in named.items() if events}

    def _number(self, value: float) -> float:
        return float(np.float32(value)) if self.is_single_precision else value

    def _meta(self, one: Quoted) -> dict[str, Any]:
        local = self.now.astimezone(ZoneInfo(one.zone))
        return {
            "currency": one.currency,
            "symbol": one.symbol,
            "exchangeName": "NYQ",
            "instrumentType": one.kind,
            "regularMarketTime": int(self.now.timestamp()),
            "gmtoffset": int(local.utcoffset().total_seconds()),
            "timezone": local.tzname(),
            "exchangeTimezoneName": one.zone,
            "priceHint": 2,
            "dataGranularity": "1d",
            "range": "",
            "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
        }


def sessions(first: date, last: date, venue: str = "XNYS") -> list[date]:
    """The sessions of a venue between two dates."""
    return [day.date() for day in get_calendar(venue, start=first, end=last).sessions]


def instant(day: date, hour: int = 23, minute: int = 0) -> datetime:
    """An instant of a day, UTC; the default is after the close of New York."""
    return datetime.combine(day, time(hour, minute), UTC)


def random_bars(days: Sequence[date], seed: int, level: float = 50.0) -> dict[date, list[float]]:
    """Bars of a random walk, in cents."""
    draw = random.Random(seed)
    bars, close = {}, level
    for day in days:
        opened, close = close, round(close * (1 + draw.gauss(0, 0.02)), 2)
        high = round(max(opened, close) * (1 + draw.random() / 100), 2)
        low = round(min(opened, close) * (1 - draw.random() / 100), 2)
        bars[day] = [opened, high, low, close, float(draw.randrange(10_000, 5_000_000))]
    return bars


def split_prices(one: Quoted) -> Quoted:
    """The symbol with its walk divided at each split, so that it is what would have traded."""
    for ex_date, (new, old) in one.splits.items():
        for day, (*prices, volume) in one.bars.items():
            if day >= ex_date:
                cut = [round(price * old / new, 2) for price in prices]
                one.bars[day] = [*cut, float(round(volume * new / old))]
    return one


def small_market(n_symbols: int, days: Sequence[date]) -> list[Quoted]:
    """Symbols T000, T001, ... ; each third pays dividends, each seventh splits once."""
    found = []
    for number in range(n_symbols):
        one = Quoted(f"T{number:03d}", random_bars(days, number, 20.0 + number))
        if number % 3 == 0:
            one.dividends = {day: round(0.1 + number / 100, 2) for day in days[30::63]}
        if number % 7 == 0 and len(days) > 2:
            one.splits = {days[len(days) // 2]: ((3, 1), (4, 1), (3, 2), (1, 10))[number // 7 % 4]}
        found.append(split_prices(one))
    return found


def _refused(error: Mapping[str, str], status: int) -> Response:
    return as_json({"chart": {"result": None, "error": dict(error)}}, status)


def _indicators(bars: Sequence[Sequence[float | None]]) -> dict[str, Any]:
    quote = {name: [bar[index] for bar in bars] for index, name in enumerate(NAMES)}
    return {"quote": [quote], "adjclose": [{"adjclose": quote["close"]}]}
