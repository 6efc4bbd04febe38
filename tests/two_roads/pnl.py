"""A book run day by day in plain Python: METHODS sections 8 and 9."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from typing import Any

import pandas as pd

from tests.two_roads.inputs import Market, sessions, variables
from tests.two_roads.prices import known_assets

DAYS_PER_YEAR = 365


class Yields:
    """The risk-free return between two days from the yield known on the first."""

    def __init__(self, market: Market) -> None:
        rates = market.newest("raw.interest_rates", ["currency", "rate_date"])
        rates = rates[rates["currency"] == variables()["base_currency"]].sort_values("rate_date")
        self._days, self._yields = list(rates["rate_date"]), []
        for quote, convention in zip(rates["yield_ann"], rates["quote_convention"], strict=True):
            if convention == "bank_discount":
                quote = (1 - quote * 91 / 360) ** (-365 / 91) - 1
            self._yields.append(quote)

    def between(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        """(1 + y) ^ (days / 365) - 1; 0 where no yield is known."""
        position = bisect_right(self._days, start) - 1
        if position < 0:
            return 0.0
        return (1 + self._yields[position]) ** ((end - start).days / DAYS_PER_YEAR) - 1


class Tape:
    """What each symbol is worth and whether it trades, day by day."""

    def __init__(self, market: Market) -> None:
        prices = market.table("prepared.prices_daily").sort_values(["symbol", "as_of_date"])
        self.days: dict[str, list] = {}
        self._index: dict[str, list] = {}
        self._trades: dict[str, list] = {}
        self.ends: dict[str, set] = {}
        for symbol, rows in prices.groupby("symbol"):
            self.days[symbol] = list(rows["as_of_date"])
            self._index[symbol] = list(rows["total_return_index"])
            gone = list(rows["is_delisted"].astype(bool))
            self._trades[symbol] = [
                not stale and not end for stale, end in zip(rows["is_stale"], gone, strict=True)
            ]
            self.ends[symbol] = {d for d, end in zip(self.days[symbol], gone, strict=True) if end}

    def worth(self, symbol: str, day: pd.Timestamp) -> float:
        """The total-return index at the last session up to a day."""
        return self._index[symbol][bisect_right(self.days[symbol], day) - 1]

    def trades_on(self, symbol: str, day: pd.Timestamp) -> bool:
        """Whether the symbol has a bar on the day."""
        position = bisect_right(self.days[symbol], day) - 1
        is_session = position >= 0 and self.days[symbol][position] == day
        return is_session and self._trades[symbol][position]

    def ended_between(self, symbol: str, start: pd.Timestamp, end: pd.Timestamp) -> bool:
        """Whether it was delisted after start and up to end."""
        return any(start < day <= end for day in self.ends[symbol])


def book_days(market: Market, calendar: str) -> list[pd.Timestamp]:
    """The days of a book's calendar that have data."""
    spans = market.table("prepared.prices_daily").groupby("asset_class")["as_of_date"]
    first, last = spans.min(), spans.max()
    if calendar == "calendar_days":
        return list(sessions("24/7", first.min(), last.max()))
    venues = {
        asset["venue"]
        for asset in known_assets(market).values()
        if asset["asset_class"] == "equity"
    }
    days = {day for venue in venues for day in sessions(venue, first.min(), last["equity"])}
    return sorted(day for day in days if day >= first["equity"])


def liquidity(market: Market) -> dict[tuple, tuple]:
    """(sigma_1d, mean dollar volume) of each symbol on each session."""
    rows = market.table(
        "prepared.universe_daily", "symbol, as_of_date, ret_1d_std, mean_dollar_volume_usd"
    )
    return {row[:2]: row[2:] for row in rows.itertuples(index=False)}


class Book:
    """One strategy's weights, its open orders and its terms, moved forward day by day."""

    def __init__(self, market: Market, strategy: dict[str, Any], tape: Tape) -> None:
        self.strategy, self.tape, self.yields = strategy, tape, Yields(market)
        self.weights: dict[str, float] = {}
        self.orders: dict[str, tuple[pd.Timestamp, float]] = {}
        self._wanted_before: dict[str, float] = {}
        targets = market.table("portfolios.target_weights")
        targets = targets[targets["strategy"] == strategy["strategy"]]
        self._wanted = {
            day: dict(zip(rows["symbol"], rows["target_weight"], strict=True))
            for day, rows in targets.groupby("as_of_date")
        }
        rebalances = market.table("construction.rebalances")
        is_own = rebalances["strategy"] == strategy["strategy"]
        is_due = is_own & rebalances["is_scheduled"].astype(bool)
        self._decisions = sorted(rebalances[is_due]["as_of_date"])
        costs = market.table("seeds.cost_models")
        costs = costs[costs["cost_model"] == strategy["cost_model"]]
        by_class = {row["asset_class"]: row for row in costs.to_dict("records")}
        self._terms = {
            symbol: by_class[asset["asset_class"]] for symbol, asset in known_assets(market).items()
        }

    def accrue(self, before: pd.Timestamp, day: pd.Timestamp) -> tuple[float, float, float]:
        """Gross, cash and borrow of a day; weights drift, delisted names are paid out."""
        moves = {s: self.tape.worth(s, day) / self.tape.worth(s, before) - 1 for s in self.weights}
        gross = math.fsum(weight * moves[s] for s, weight in self.weights.items())
        cash = (1 - math.fsum(self.weights.values())) * self.yields.between(before, day)
        years = (day - before).days / DAYS_PER_YEAR
        borrow = math.fsum(
            -weight * self._terms[s]["borrow_bps_ann"] / 10000 * years
            for s, weight in self.weights.items()
            if weight < 0
        )
        self.weights = {
            s: weight * (1 + moves[s]) / (1 + gross + cash - borrow)
            for s, weight in self.weights.items()
            if not self.tape.ended_between(s, before, day)
        }
        return gross, cash, borrow

    def decide(self, day: pd.Timestamp) -> None:
        """Queue what was decided before a day; names wanted last time and no longer are sold."""
        while self._decisions and self._decisions[0] < day:
            decided = self._decisions.pop(0)
            wanted = self._wanted.get(decided, {})
            for symbol in {**self._wanted_before, **wanted}:
                self.orders[symbol] = decided, wanted.get(symbol, 0.0)
            self._wanted_before = wanted

    def fill(self, day: pd.Timestamp, known: dict[tuple, tuple]) -> tuple[float, float, bool]:
        """Execute every order whose name trades: cost, sum of absolute trades, whether any was."""
        filled = [symbol for symbol in self.orders if self.tape.trades_on(symbol, day)]
        cost, traded = [], []
        for symbol in filled:
            decided, weight = self.orders.pop(symbol)
            size = abs(weight - self.weights.pop(symbol, 0.0))
            if weight != 0:
                self.weights[symbol] = weight
            own = self.tape.days[symbol]
            liquid = known[symbol, own[bisect_right(own, decided) - 1]]
            money = size * self.strategy["aum_usd"]
            cost.append(size * trade_cost(self._terms[symbol], money, *liquid))
            traded.append(size)
        return math.fsum(cost), math.fsum(traded), bool(filled)


def run_book(
    market: Market, strategy: dict[str, Any], tape: Tape, known: dict[tuple, tuple]
) -> pd.DataFrame:
    """One row per day of the book from its first trade: returns, costs, nav, turnover."""
    book, rows, nav, before = Book(market, strategy, tape), [], 1.0, None
    for day in book_days(market, variables()["calendars"][strategy["asset_class"]]):
        gross, cash, borrow = book.accrue(before, day) if rows else (0.0, 0.0, 0.0)
        book.decide(day)
        cost, traded, is_filled = book.fill(day, known)
        before = day
        if rows or is_filled:
            net = gross + cash - cost - borrow
            nav *= 1 + net
            rows.append((day, gross, cash, cost, borrow, net, nav, traded / 2))
    columns = ["date", "gross_return", "cash_return", "cost_return", "borrow_return"]
    return pd.DataFrame(rows, columns=[*columns, "net_return", "nav", "turnover"])


def benchmark_returns(
    market: Market, strategy: dict[str, Any], days: list[pd.Timestamp]
) -> pd.DataFrame:
    """The market, or both markets at the book's shares, compounded to the book's days; or cash."""
    of_class = {
        asset_class: dict(zip(rows["as_of_date"], rows["market_return"], strict=True))
        for asset_class, rows in market.table("prepared.market_returns").groupby("asset_class")
    }
    crypto, kind, yields = strategy["crypto_share"], strategy["asset_class"], Yields(market)
    shares = {"both": {"equity": 1 - crypto, "crypto": crypto}}.get(kind, {kind: 1.0})
    rows = [(days[0], 0.0)]
    for before, day in pairwise(days):
        if strategy["benchmark"] == "cash":
            rows.append((day, yields.between(before, day)))
            continue
        total = 0.0
        for asset_class, share in shares.items():
            worth, returns = 1.0, of_class[asset_class]
            for passed in pd.date_range(before, day)[1:]:
                worth *= 1 + returns.get(passed, 0.0)
            total += share * (worth - 1)
        rows.append((day, total))
    return pd.DataFrame(rows, columns=["date", "benchmark_return"])


def trade_cost(rate: dict[str, Any], money: float, sigma: float, volume: float) -> float:
    """Commission + half spread + Y x sigma x sqrt(trade / volume), a fraction of what is traded."""
    flat = (rate["commission_bps"] + rate["half_spread_bps"]) / 10000
    if not (sigma > 0 and volume > 0):
        return flat
    return flat + rate["impact_coefficient"] * sigma * math.sqrt(money / volume)
