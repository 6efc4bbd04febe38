"""Coinbase Exchange as its public API answers: currencies, products and daily candles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from tests.upstreams.loopback import Request, Response, as_json

MAX_CANDLES = 300
DAY_SECONDS = 86400
EPOCH = date(1970, 1, 1)
WIRE_NAMES = ("timestamp", "low", "high", "open", "close", "volume")


@dataclass(frozen=True)
class Coin:
    """A coin traded against the dollar.

    Attributes
    ----------
    first : its first day.
    last : its last day; None is still traded.
    silent : days without a trade, for which no candle is published.
    level : of its price.
    """

    base: str
    first: date
    last: date | None = None
    silent: frozenset[date] = frozenset()
    level: float = 100.0

    def candle(self, day: date, *, share: float = 1.0) -> list[float]:
        """The candle in the order of the wire: time, low, high, open, close, volume.

        Parameters
        ----------
        share : of the day that has passed; an unfinished candle has another close and volume.
        """
        opened = round(self.level * (1 + (day.toordinal() * 7919 % 1000) / 5000), 2)
        close = round(opened * (1 + ((day.toordinal() * 104729 % 41) - 20) / 500 * share), 2)
        low, high = round(min(opened, close) * 0.99, 2), round(max(opened, close) * 1.01, 2)
        volume = round((1000 + day.toordinal() % 97) * share, 8)
        return [seconds(day), low, high, opened, close, volume]

    def row(self, day: date) -> tuple[date, float, float, float, float, float]:
        """What has to land of a day: open, high, low, close, volume."""
        _, low, high, opened, close, volume = self.candle(day)
        return day, opened, high, low, close, volume

    def trades_on(self, day: date, today: date) -> bool:
        """Whether there is a candle of that day."""
        return self.first <= day <= (self.last or today) and day not in self.silent


@dataclass
class Exchange:
    """The service at an instant.

    Attributes
    ----------
    now : its clock; today's candle is there and unfinished.
    most : candles that it gives at once, the oldest ones of those asked for.
    hidden : days that it leaves out of answers with more candles than this one: by product.
    twice : each candle is answered twice, in no order.
    contradicts : a second, other candle: by product and day.
    rewritten : what it says now in place of a candle: by product and day.
    shift_seconds : how long after midnight UTC its days begin.
    rests : so many requests for candles are answered with JSON that has none.
    refuses : the status with which it turns everybody away.
    """

    coins: Sequence[Coin]
    now: datetime
    most: int = MAX_CANDLES
    hidden: Mapping[str, frozenset[date]] = field(default_factory=dict)
    twice: bool = False
    contradicts: Mapping[tuple[str, date], list[float]] = field(default_factory=dict)
    rewritten: Mapping[tuple[str, date], list[float]] = field(default_factory=dict)
    shift_seconds: int = 0
    rests: int = 0
    refuses: int | None = None
    hosts: Sequence[str] = ("api.exchange.coinbase.com",)

    def answer(self, request: Request) -> Response:
        """The right answer to a request."""
        if self.refuses:
            return as_json({"message": "Not available in your region"}, self.refuses)
        steps = request.path.strip("/").split("/")
        if steps == ["currencies"]:
            return as_json([_currency(coin.base) for coin in self.coins] + [_currency("USD")])
        if steps == ["products"]:
            return as_json([self._product(coin) for coin in self.coins])
        if steps[0] == "products" and steps[2:] == ["candles"]:
            if self.rests:
                self.rests -= 1
                return as_json({"status": "maintenance"})
            return self._candles(steps[1], request.query)
        return as_json({"message": "NotFound"}, 404)

    def _product(self, coin: Coin) -> dict[str, object]:
        return {
            "id": f"{coin.base}-USD",
            "base_currency": coin.base,
            "quote_currency": "USD",
            "quote_increment": "0.01",
            "base_increment": "0.00000001",
            "display_name": f"{coin.base}-USD",
            "min_market_funds": "1",
            "margin_enabled": False,
            "fx_stablecoin": False,
            "post_only": False,
            "limit_only": False,
            "cancel_only": False,
            "status": "delisted" if coin.last else "online",
            "status_message": "",
            "trading_disabled": bool(coin.last),
            "auction_mode": False,
        }

    def _candles(self, product: str, query: Mapping[str, str]) -> Response:
        coin = next((coin for coin in self.coins if f"{coin.base}-USD" == product), None)
        if coin is None:
            return as_json({"message": "NotFound"}, 404)
        start, end = _moment(query["start"]), _moment(query["end"])
        if query["granularity"] != str(DAY_SECONDS) or (end - start).days + 1 > MAX_CANDLES:
            return as_json({"message": "granularity too small for the requested time range."}, 400)
        today = self.now.date()
        days = [start.date() + timedelta(days=n) for n in range((end - start).days + 1)]
        days = [day for day in days if coin.trades_on(day, today)][: self.most]
        if len(days) > 1:
            days = [day for day in days if day not in self.hidden.get(product, ())]
        share = (self.now - datetime.combine(today, datetime.min.time(), UTC)) / timedelta(days=1)
        candles = [
            self.rewritten.get((product, day))
            or coin.candle(day, share=share if day == today else 1.0)
            for day in days
        ]
        candles += [
            self.contradicts[product, day] for day in days if (product, day) in self.contradicts
        ]
        candles = [[candle[0] + self.shift_seconds, *candle[1:]] for candle in candles]
        if self.twice:
            return as_json(sorted(candles * 2, key=lambda candle: candle[0] * 7919 % 101))
        return as_json(candles[::-1])  # the newest first


def seconds(day: date) -> int:
    """Midnight UTC of a day, as the wire writes it."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _currency(code: str) -> dict[str, object]:
    return {
        "id": code,
        "name": code,
        "min_size": "0.00000001",
        "status": "online",
        "message": "",
        "max_precision": "0.00000001",
        "convertible_to": [],
        "details": {"type": "fiat" if code == "USD" else "crypto"},
        "supported_networks": [],
    }


@dataclass
class Bitstamp:
    """Another exchange, with another wire format and another way of saying no."""

    coins: Sequence[Coin]
    now: datetime
    hosts: Sequence[str] = ("www.bitstamp.net",)

    def answer(self, request: Request) -> Response:
        """The right answer to a request."""
        steps = request.path.strip("/").split("/")
        if steps == ["api", "v2", "markets"]:
            return as_json([self._market(coin) for coin in self.coins])
        coin = next((coin for coin in self.coins if f"{coin.base.lower()}usd" == steps[-1]), None)
        if coin is None or steps[2] != "ohlc":
            return as_json({"status": "error", "reason": "Not found.", "code": "404.001"}, 404)
        start, end = int(request.query["start"]), int(request.query["end"])
        candles = [
            dict(zip(WIRE_NAMES, map(str, coin.candle(day)), strict=True))
            for n in range(-(-start // DAY_SECONDS), end // DAY_SECONDS + 1)
            if coin.trades_on(day := EPOCH + timedelta(days=n), self.now.date())
        ]
        limit = int(request.query["limit"])
        return as_json({"data": {"pair": f"{coin.base}/USD", "ohlc": candles[:limit]}})

    def _market(self, coin: Coin) -> dict[str, object]:
        return {
            "name": f"{coin.base}/USD",
            "market_symbol": f"{coin.base.lower()}usd",
            "base_currency": coin.base,
            "base_decimals": 8,
            "counter_currency": "USD",
            "counter_decimals": 2,
            "minimum_order_value": "10",
            "trading": "Enabled",
            "instant_order_counter_decimals": 2,
            "instant_and_market_orders": "Enabled",
            "description": f"{coin.base} / U.S. dollar",
            "market_type": "SPOT",
        }
