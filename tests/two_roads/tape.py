"""What each symbol is worth, where it trades, and what cash earns, day by day."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Known:
    """What was known of a name's trading at a decision; None where nothing was."""

    sigma: float | None
    volume_usd: float | None
    market_cap_usd: float | None = None


class Tape:
    """What each symbol is worth and whether it trades, day by day."""

    def __init__(self, market: Market) -> None:
        prices = market.table("prepared.prices_daily").sort_values(["symbol", "as_of_date"])
        self.asset_class = {
            symbol: asset["asset_class"] for symbol, asset in known_assets(market).items()
        }
        self.yields = Yields(market)
        self.days: dict[str, list] = {}
        self._index: dict[str, list] = {}
        self._bars: dict[str, list] = {}
        self.ends: dict[str, set] = {}
        for symbol, rows in prices.groupby("symbol"):
            self.days[symbol] = list(rows["as_of_date"])
            self._index[symbol] = list(rows["total_return_index"])
            gone = rows["is_delisted"].astype(bool)
            traded = rows[~rows["is_stale"].astype(bool) & ~gone]
            self._bars[symbol] = list(traded["as_of_date"])
            self.ends[symbol] = set(rows[gone]["as_of_date"])
        self._known = liquidity(market)
        self._moves: dict[tuple, float] = {}

    def worth(self, symbol: str, day: pd.Timestamp) -> float:
        """The total-return index at the last session up to a day."""
        return self._index[symbol][bisect_right(self.days[symbol], day) - 1]

    def move(self, symbol: str, before: pd.Timestamp, day: pd.Timestamp) -> float:
        """The return from one day's close to another's."""
        key = symbol, before, day
        if key not in self._moves:
            self._moves[key] = self.worth(symbol, day) / self.worth(symbol, before) - 1
        return self._moves[key]

    def trades_on(self, symbol: str, day: pd.Timestamp) -> bool:
        """Whether the symbol has a bar on the day."""
        position = bisect_right(self._bars[symbol], day) - 1
        return position >= 0 and self._bars[symbol][position] == day

    def bars(self, symbol: str) -> list[pd.Timestamp]:
        """The days on which the symbol can be traded."""
        return self._bars[symbol]

    def ended_between(self, symbol: str, start: pd.Timestamp, end: pd.Timestamp) -> bool:
        """Whether it was delisted after start and up to end."""
        return any(start < day <= end for day in self.ends[symbol])

    def known(self, symbol: str, day: pd.Timestamp) -> Known:
        """The liquidity of its last session up to a day."""
        position = bisect_right(self.days[symbol], day) - 1
        if position < 0:
            return Known(None, None)
        return self._known[symbol, self.days[symbol][position]]


def liquidity(market: Market) -> dict[tuple, Known]:
    """What is known of each symbol's trading on each session."""
    rows = market.query(
        "select u.symbol, u.as_of_date, u.ret_1d_std, u.mean_dollar_volume_usd, p.market_cap_usd"
        " from prepared.universe_daily u join prepared.prices_daily p using (symbol, as_of_date)"
    )
    rows = rows.astype(object).where(rows.notna(), None)
    return {row[:2]: Known(*row[2:]) for row in rows.itertuples(index=False)}


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
