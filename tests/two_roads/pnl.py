"""A book run day by day in plain Python: METHODS sections 8 and 9."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pandas as pd

from tests.two_roads.inputs import Market, variables
from tests.two_roads.tape import Tape, book_days
from tests.two_roads.trade_costs import Terms

RETURNS = ["gross_return", "cash_return", "cost_return", "borrow_return", "net_return"]


@dataclass
class Decision:
    """What a book wants from a day on; its scale is set on the first day that it trades."""

    day: pd.Timestamp
    wanted: dict[str, float]
    scale: float | None = None


@dataclass
class Order:
    """One name's part of a decision; its target is set on the first day that the name trades."""

    decision: Decision
    target: float | None = None
    is_done: bool = False


@dataclass
class Journal:
    """What came to pass: days, trades and what each trade was meant to leave."""

    days: list[tuple] = field(default_factory=list)
    trades: list[tuple] = field(default_factory=list)
    targets: list[tuple] = field(default_factory=list)

    def daily(self) -> pd.DataFrame:
        """One row per day of the book from its first trade: returns, costs, nav, turnover."""
        return pd.DataFrame(self.days, columns=["date", *RETURNS, "nav", "turnover"])

    def traded(self) -> pd.DataFrame:
        """One row per trade."""
        columns = ["trade_date", "symbol", "as_of_date", "weight_before", "weight_after"]
        return pd.DataFrame(self.trades, columns=[*columns, "cost_return"])

    def meant(self) -> pd.DataFrame:
        """One row per decision and name that came to trade, with what was to stand after it."""
        return pd.DataFrame(self.targets, columns=["as_of_date", "symbol", "target_weight"])


def is_same_side(one: float, other: float) -> bool:
    return one * other > 0


class Book:
    """One strategy's weights, its open orders and its terms, moved forward day by day."""

    def __init__(
        self, market: Market, strategy: dict[str, Any], tape: Tape, days: list[pd.Timestamp]
    ) -> None:
        self.tape, self.journal = tape, Journal()
        self.aum_usd = strategy["aum_usd"]
        limits = ("turnover_cap", "no_trade_band", "participation_cap")
        self.limits = {name: strategy.get(name) for name in limits}
        self.limits = {n: v for n, v in self.limits.items() if v is not None and not math.isnan(v)}
        self.terms = Terms(market, strategy["cost_model"], tape.asset_class)
        self.weights: dict[str, float] = {}
        self.orders: dict[str, Order] = {}
        self.decisions: list[Decision] = []
        self._to_come = decisions(market, strategy["strategy"])
        self._days = set(days)
        self._lag = variables()["execution_lag_sessions"]
        self._tradable: dict[str, list[pd.Timestamp]] = {}

    def accrue(self, before: pd.Timestamp, day: pd.Timestamp) -> tuple[float, float, float]:
        """Gross, cash and carry of a day; weights drift, delisted names are paid out to cash."""
        moves = {symbol: self.tape.move(symbol, before, day) for symbol in self.weights}
        gross = math.fsum(weight * moves[s] for s, weight in self.weights.items())
        cash = (1 - math.fsum(self.weights.values())) * self.tape.yields.between(before, day)
        n_days = (day - before).days
        carry = math.fsum(self.terms.carry(s, w, n_days) for s, w in self.weights.items())
        growth = 1 + gross + cash - carry
        self.weights = {
            symbol: weight * (1 + moves[symbol]) / growth if growth > 0 else 0.0
            for symbol, weight in self.weights.items()
            if not self.tape.ended_between(symbol, before, day)
        }
        return gross, cash, carry

    def is_due(self, symbol: str, decision: Decision, day: pd.Timestamp) -> bool:
        """Whether a name trades today, as often since the decision as orders take to execute."""
        if symbol not in self._tradable:
            self._tradable[symbol] = [one for one in self.tape.bars(symbol) if one in self._days]
        bars = self._tradable[symbol]
        reached = bisect_right(bars, day)
        is_today = reached > 0 and bars[reached - 1] == day
        return is_today and reached - bisect_right(bars, decision.day) >= self._lag

    def trade(self, day: pd.Timestamp) -> tuple[float, float]:
        """Follow for each name the newest decision that is due: cost, sum of absolute trades."""
        while self._to_come and self._to_come[0].day < day:
            self.decisions.append(self._to_come.pop(0))
        newest: dict[str, Decision] = {}
        for decision in self.decisions:
            for symbol in {**self.weights, **self.orders, **decision.wanted}:
                if self.is_due(symbol, decision, day):
                    newest[symbol] = decision
        for decision in {id(one): one for one in newest.values()}.values():
            self.begin(decision, day)
        done = [self.fill(symbol, decision, day) for symbol, decision in sorted(newest.items())]
        begun = [place for place, one in enumerate(self.decisions) if one.scale is not None]
        self.decisions = self.decisions[begun[-1] :] if begun else self.decisions
        return math.fsum(cost for cost, _ in done), math.fsum(size for _, size in done)

    def begin(self, decision: Decision, day: pd.Timestamp) -> None:
        """On a decision's first day of trade: how much of the whole step the cap lets through.

        Who trades later counts too; who was delisted since the decision does not.
        """
        if decision.scale is not None:
            return
        names = [
            name
            for name in {**self.weights, **decision.wanted}
            if not self.tape.ended_between(name, decision.day, day)
        ]
        step = math.fsum(abs(self.distance(name, decision)) for name in names) / 2
        is_building = not any(self.weights.values())
        cap = self.limits.get("turnover_cap", math.inf)
        decision.scale = 1.0 if is_building or step <= cap else cap / step

    def distance(self, symbol: str, decision: Decision) -> float:
        """From a name's weight to the one it is wanted at; 0 inside the band."""
        held, wanted = self.weights.get(symbol, 0.0), decision.wanted.get(symbol, 0.0)
        step = wanted - held
        band = self.limits.get("no_trade_band", 0.0)
        return 0.0 if is_same_side(held, wanted) and abs(step) < band else step

    def fill(self, symbol: str, decision: Decision, day: pd.Timestamp) -> tuple[float, float]:
        """Trade a name towards its target as far as its volume allows: cost and size."""
        held = self.weights.get(symbol, 0.0)
        order = self.orders.get(symbol)
        if order is None or order.decision is not decision:
            order = self.orders[symbol] = Order(decision)
            step = self.distance(symbol, decision)
            wanted = decision.wanted.get(symbol, 0.0)
            order.target = wanted if decision.scale == 1 and step else held + decision.scale * step
            if held or symbol in decision.wanted:
                self.journal.targets.append((decision.day, symbol, order.target))
        if order.is_done:
            return 0.0, 0.0
        known = self.tape.known(symbol, decision.day)
        room = math.inf
        if "participation_cap" in self.limits and known.volume_usd is not None:
            room = self.limits["participation_cap"] * known.volume_usd / self.aum_usd
        wish = order.target - held
        order.is_done = abs(wish) <= room
        after = order.target if order.is_done else held + math.copysign(room, wish)
        self.weights[symbol] = after
        if after == 0:
            self.weights.pop(symbol)
        size = abs(after - held)
        cost = self.terms.trade(symbol, size, self.aum_usd, known) if size else 0.0
        if size:
            self.journal.trades.append((day, symbol, decision.day, held, after, cost))
        return cost, size


def decisions(market: Market, name: str) -> list[Decision]:
    """What a strategy wants on each of its scheduled dates, also where that is nothing."""
    rebalances = market.table("construction.rebalances")
    is_own = rebalances["strategy"] == name
    is_due = is_own & rebalances["is_scheduled"].astype(bool)
    desired = market.table("construction.desired_weights")
    wanted = {
        day: dict(zip(rows["symbol"], rows["desired_weight"], strict=True))
        for day, rows in desired[desired["strategy"] == name].groupby("as_of_date")
    }
    return [Decision(day, wanted.get(day, {})) for day in sorted(rebalances[is_due]["as_of_date"])]


def run_book(market: Market, strategy: dict[str, Any], tape: Tape) -> Journal:
    """A strategy's whole life: it begins with its first decision that can be traded.

    It ends with the data, or on the day on which what it has is lost, be it to the cost of trading.
    """
    days = book_days(market, variables()["calendars"][strategy["asset_class"]])
    book, nav, before = Book(market, strategy, tape, days), 1.0, None
    journal = book.journal
    for day in days:
        gross, cash, carry = book.accrue(before, day) if journal.days else (0.0, 0.0, 0.0)
        is_lost = 1 + gross + cash - carry <= 0
        cost, traded = (0.0, 0.0) if is_lost else book.trade(day)
        before = day
        if journal.days or journal.targets:
            net = gross + cash - cost - carry
            nav *= 1 + net
            journal.days.append((day, gross, cash, cost, carry, net, nav, traded / 2))
        if nav <= 0:
            break
    return journal


def benchmark_returns(
    market: Market, strategy: dict[str, Any], tape: Tape, days: list[pd.Timestamp]
) -> pd.DataFrame:
    """The market, or both markets at the book's shares, compounded to the book's days; or cash."""
    of_class = {
        asset_class: dict(zip(rows["as_of_date"], rows["market_return"], strict=True))
        for asset_class, rows in market.table("prepared.market_returns").groupby("asset_class")
    }
    crypto, kind = strategy["crypto_share"], strategy["asset_class"]
    shares = {"both": {"equity": 1 - crypto, "crypto": crypto}}.get(kind, {kind: 1.0})
    rows = [(days[0], 0.0)]
    for before, day in pairwise(days):
        if strategy["benchmark"] == "cash":
            rows.append((day, tape.yields.between(before, day)))
            continue
        total = 0.0
        for asset_class, share in shares.items():
            worth, returns = 1.0, of_class[asset_class]
            for passed in pd.date_range(before, day)[1:]:
                worth *= 1 + returns.get(passed, 0.0)
            total += share * (worth - 1)
        rows.append((day, total))
    return pd.DataFrame(rows, columns=["date", "benchmark_return"])
