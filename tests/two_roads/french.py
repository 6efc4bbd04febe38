"""Fama-French and crypto factor portfolios, formation by formation: METHODS section 11."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tests.two_roads.inputs import Market, sessions, variables
from tests.two_roads.statements import announcements

EXPENSES = ("cost_of_goods_sold", "sga_expense", "interest_expense")
ITEMS = ("book_equity", "total_assets", "net_income", "revenue", *EXPENSES)
SORTS = {
    "equity": {
        "market": "month",
        "book_to_market": "june",
        "profitability": "june",
        "investment": "june",
        "momentum": "month",
        "momentum_daily": "day",
    },
    "crypto": {
        "market": "week",
        "size": "week",
        "momentum": "week",
        "momentum_size_first": "week",
    },
}
FACTORS = {
    "book_to_market": ("HML", 1),
    "profitability": ("RMW", 1),
    "investment": ("CMA", -1),
    "momentum_daily": ("UMD_DAILY", 1),
    "momentum_size_first": ("CMOM_SIZE_FIRST", 1),
}


class Member(NamedTuple):
    """One constituent of one formation."""

    formation_date: pd.Timestamp
    asset_class: str
    sort: str
    symbol: str
    size_group: str
    characteristic_group: str
    characteristic_value: float
    market_cap_usd: float


class Name(NamedTuple):
    """Who can be sorted at a formation, at which row of its own."""

    symbol: str
    venue: str
    country: str
    position: int
    cap: float


def parted(value: float, lower: float, upper: float) -> str:
    """low at or below the lower cut, high above the upper, rounding aside."""
    if value <= lower + 1e-12 * abs(lower):
        return "low"
    return "medium" if value <= upper + 1e-12 * abs(upper) else "high"


class Rows:
    """The own sessions of one name, as arrays; ``place`` finds a session's position."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.days = list(rows["as_of_date"])
        self.place = {day: number for number, day in enumerate(self.days)}
        self.venue, self.country = rows["venue"].iloc[0], rows["country"].iloc[0]
        self.cap = rows["market_cap_usd"].to_numpy()
        self.adj_close = rows["adj_close"].to_numpy()
        self.listing_no = rows["listing_no"].to_numpy()
        self.is_tradable = rows["is_tradable"].to_numpy(dtype=bool)
        self.is_stale = rows["is_stale"].to_numpy(dtype=bool)
        self.delistings = [
            day for day, ends in zip(self.days, rows["is_delisted"], strict=True) if ends
        ]


class Tape:
    """One asset class: its days, and what each name was on its own sessions."""

    def __init__(self, market: Market, asset_class: str) -> None:
        prices = market.table("prepared.prices_daily").merge(
            market.table("prepared.universe_daily", "as_of_date, symbol, country, is_tradable"),
            on=["as_of_date", "symbol"],
        )
        self.market, self.asset_class = market, asset_class
        self.prices = prices[prices["asset_class"] == asset_class]
        first, last = self.prices["as_of_date"].min(), self.prices["as_of_date"].max()
        self.sessions = {
            venue: list(sessions(venue, first.date(), last.date() + pd.Timedelta(days=40)))
            for venue in self.prices["venue"].unique()
        }
        union = sorted(set().union(*self.sessions.values()))
        self.all_days, self.days = union, [day for day in union if first <= day <= last]
        self.rows = {
            symbol: Rows(rows.sort_values("as_of_date"))
            for symbol, rows in self.prices.groupby("symbol")
        }
        self._formations: dict[str, list[pd.Timestamp]] = {}

    @cached_property
    def names(self) -> list[str]:
        return sorted(self.rows)

    @cached_property
    def moves(self) -> np.ndarray:
        """Return by day and name; 0 on closed and unheard days."""
        wide = self.prices.pivot(index="as_of_date", columns="symbol", values="ret_1d")
        return wide.reindex(index=self.days, columns=self.names).fillna(0).to_numpy()

    @cached_property
    def prior_caps(self) -> np.ndarray:
        """The newest cap known before each day."""
        wide = self.prices.pivot(index="as_of_date", columns="symbol", values="market_cap_usd")
        return wide.reindex(index=self.days, columns=self.names).ffill().shift(1).to_numpy()

    def session_of(self, venue: str, day: pd.Timestamp) -> pd.Timestamp | None:
        """The venue's last session of the week that ends on the day."""
        of_venue = self.sessions[venue]
        n_past = bisect_right(of_venue, day)
        if not n_past or (day - of_venue[n_past - 1]).days > 7:
            return None
        return of_venue[n_past - 1]

    def formations(self, frequency: str) -> list[pd.Timestamp]:
        """The days of the data at whose close portfolios are formed."""
        if frequency in self._formations:
            return self._formations[frequency]
        ends = {
            "day": lambda day, after: True,
            "month": lambda day, after: day.month != after.month,
            "june": lambda day, after: day.month == 6 and after.month == 7,
            "week": lambda day, after: week(day) != week(after),
        }[frequency]
        self._formations[frequency] = [
            day
            for day, after in pairwise(self.all_days)
            if day <= self.days[-1] and ends(day, after)
        ]
        return self._formations[frequency]

    def eligible(self, day: pd.Timestamp) -> list[Name]:
        """Tradable names with a cap at their venue's session."""
        found = []
        for symbol, rows in self.rows.items():
            place = rows.place.get(self.session_of(rows.venue, day))
            if place is not None and rows.is_tradable[place] and rows.cap[place] > 0:
                country = "all" if self.asset_class == "crypto" else rows.country
                found.append(Name(symbol, rows.venue, country, place, rows.cap[place]))
        return found

    def return_between(self, symbol: str, first: int, last: int, now: int) -> float:
        """Return from one row to another of the listing of a third, if 80 % of it has bars."""
        rows = self.rows[symbol]
        if first < 0 or rows.listing_no[first] != rows.listing_no[now]:
            return np.nan
        n_bars = (~rows.is_stale[first + 1 : last + 1]).sum()
        if n_bars < variables()["window_coverage"] * (last - first):
            return np.nan
        return rows.adj_close[last] / rows.adj_close[first] - 1


def week(day: pd.Timestamp) -> int:
    """Week of the 52-week year."""
    return min((day.dayofyear + 6) // 7, 52)


class Years:
    """The last fiscal year of each company as known at the end of a June."""

    def __init__(self, market: Market) -> None:
        said = announcements(market, ("quarter", "year"))
        self.said = {key: rows for key, rows in said.items() if key[1] in ITEMS}
        self.fx = market.table("prepared.fx_daily").set_index(["currency", "rate_date"])

    def known(self, symbol: str, june: pd.Timestamp) -> dict[str, dict]:
        """By item: (frequency, period end) -> newest word, of the three years before and this."""
        found: dict[str, dict] = {}
        for item in ITEMS:
            for one in self.said.get((symbol, item), []):
                if one.known_on <= june and june.year - 3 <= one.period_end.year <= june.year:
                    found.setdefault(item, {})[one.frequency, one.period_end] = one
        return found

    def at(self, symbol: str, june: pd.Timestamp) -> dict[str, float | str]:
        """Stocks at the fiscal year's end (and a year before), flows over it; {} if none."""
        known = self.known(symbol, june)
        keys = {key for periods in known.values() for key in periods}
        kind = "year" if any(key[0] == "year" for key in keys) else "quarter"
        ends = [
            end
            for frequency, end in keys
            if frequency == kind and (end - pd.Timedelta(days=7)).year == june.year - 1
        ]
        if not ends:
            return {}
        end, found = max(ends), {}
        for item, periods in known.items():
            at_end = periods.get(("year", end)) or periods.get(("quarter", end))
            if any(
                day <= end and (end - day).days <= 300
                for kind_, day in periods
                if kind_ == "quarter"
            ):
                found[item + "_is_told"] = True
            if at_end is None:
                continue
            found[item + "_is_told"] = True
            found[item], found["currency"] = at_end.value, at_end.currency
            ago = {
                (end - day).days: one.value
                for (frequency, day), one in periods.items()
                if frequency == kind and 350 <= (end - day).days <= 380
            }
            if ago:
                found[item + "_year_ago"] = ago[min(ago, key=lambda days: abs(days - 365))]
            quarters = {
                day: one.value
                for (frequency, day), one in periods.items()
                if frequency == "quarter" and 0 <= (end - day).days <= 300
            }
            whole = len(quarters) == 4 and end in quarters and (end - min(quarters)).days >= 250
            annual = periods.get(("year", end))
            found[item + "_sum"] = (
                sum(quarters.values()) if whole else annual.value if annual else np.nan
            )
        return found

    def characteristics(
        self, tape: Tape, june: pd.Timestamp, eligible: list[Name]
    ) -> dict[str, dict[str, float]]:
        """By sort and symbol; profitability falls back to return on equity by country."""
        found: dict[str, dict[str, float]] = {"book_to_market": {}, "investment": {}}
        profits: dict[str, dict[str, float]] = {"operating": {}, "equity": {}}
        for symbol, venue, *_ in eligible:
            told, nan = self.at(symbol, june), np.nan
            book = told.get("book_equity", nan)
            book = book if book > 0 else nan
            december = tape.session_of(venue, pd.Timestamp(june.year - 1, 12, 31))
            rows = tape.rows[symbol]
            if december in rows.place and told:
                cap = rows.cap[rows.place[december]]
                rate = self.fx["usd_per_unit"].get((told["currency"], december), nan)
                found["book_to_market"][symbol] = book * rate / cap
            assets = told.get("total_assets", nan)
            found["investment"][symbol] = assets / told.get("total_assets_year_ago", nan) - 1
            spent = [told.get(f"{item}_sum", nan) for item in EXPENSES]
            if not np.isnan(spent).all():
                is_part = [
                    told.get(f"{item}_is_told") and np.isnan(told.get(f"{item}_sum", nan))
                    for item in EXPENSES
                ]
                profit = told.get("revenue_sum", nan) - np.nansum(spent)
                profit = nan if any(is_part) else profit
                profits["operating"][symbol] = profit / book
            profits["equity"][symbol] = told.get("net_income_sum", nan) / book
        found["profitability"] = {}
        for of_country in by(eligible, lambda name: name.country).values():
            operating = {name.symbol: profits["operating"].get(name.symbol) for name in of_country}
            if all(value is None or np.isnan(value) for value in operating.values()):
                operating = {name.symbol: profits["equity"][name.symbol] for name in of_country}
            found["profitability"] |= operating
        return found


def momentum(
    tape: Tape, frequency: str, day: pd.Timestamp, eligible: list[Name]
) -> dict[str, float]:
    """Past returns: month ends 12 and 1 ago, 250 and 20 rows ago, or 21 rows ago and now."""
    months = [end for end in tape.formations("month") if end <= day] if frequency == "month" else []
    found = {}
    for symbol, venue, _, now, _ in eligible:
        if frequency == "month":
            if len(months) < 13:
                continue
            place = tape.rows[symbol].place
            ends = [tape.session_of(venue, months[-back]) for back in (13, 2)]
            if not all(end in place for end in ends):
                continue
            first, last = (place[end] for end in ends)
        else:
            first, last = (now - 250, now - 20) if frequency == "day" else (now - 21, now)
        found[symbol] = tape.return_between(symbol, first, last, now)
    return found


def by(names: list, key: Callable[[Name], Any]) -> dict[Any, list]:
    """Grouped, in the order of first appearance."""
    found: dict[Any, list] = {}
    for name in names:
        found.setdefault(key(name), []).append(name)
    return found


def sizes(names: list[Name], asset_class: str) -> dict[str, tuple[str, bool]]:
    """Of one country's names: small or big, and whether the name sets breakpoints."""
    caps = {name.symbol: name.cap for name in names}
    on_nyse = [name.cap for name in names if name.venue == "XNYS"]
    if asset_class == "crypto" or 0 < len(on_nyse) < len(names):
        middle = np.median(on_nyse if asset_class == "equity" else list(caps.values()))
        return {
            name.symbol: (
                "big" if name.cap > middle * (1 + 1e-12) else "small",
                asset_class == "crypto" or name.venue == "XNYS",
            )
            for name in names
        }
    covered, least, total = 0.0, np.inf, sum(caps.values())
    for cap in sorted(caps.values(), reverse=True):
        if covered < 0.9 * total:
            least = cap
        covered += cap
    return {
        symbol: ("big" if cap >= least else "small", cap >= least) for symbol, cap in caps.items()
    }


def members(market: Market, asset_class: str, sort: str, tape: Tape) -> Iterator[Member]:
    """The constituents of every formation of a sort."""
    frequency, years = SORTS[asset_class][sort], Years(market)
    for day in tape.formations(frequency):
        eligible = tape.eligible(day)
        if sort == "market":
            values = {}
        elif sort == "size":
            values = {name.symbol: name.cap for name in eligible}
        elif frequency == "june":
            values = years.characteristics(tape, day, eligible)[sort]
        else:
            values = momentum(tape, frequency, day, eligible)
        for names in by(eligible, lambda name: name.country).values():
            size = sizes(names, asset_class)
            groups = [names]
            if sort == "momentum_size_first":
                groups = list(by(names, lambda name, size=size: size[name.symbol][0]).values())
            for group in groups:
                parts = (
                    cut(group, values, size)
                    if sort != "market"
                    else dict.fromkeys([name.symbol for name in group], "all")
                )
                for name in group:
                    if name.symbol in parts:
                        whole = sort in ("market", "size")
                        yield Member(
                            day,
                            asset_class,
                            sort,
                            name.symbol,
                            "all" if whole else size[name.symbol][0],
                            parts[name.symbol],
                            values.get(name.symbol, np.nan),
                            name.cap,
                        )


def cut(group: list[Name], values: dict, size: dict[str, tuple[str, bool]]) -> dict[str, str]:
    """low, medium or high by symbol, of those that have a value."""
    told = {
        name.symbol: values[name.symbol]
        for name in group
        if values.get(name.symbol) is not None and np.isfinite(values[name.symbol])
    }
    setting = [value for symbol, value in told.items() if size[symbol][1]]
    if not setting:
        return {}
    lower, upper = np.percentile(setting, [30, 70])
    return {symbol: parted(value, lower, upper) for symbol, value in told.items()}


def portfolio_returns(tape: Tape, found: list[Member], sort: str) -> pd.DataFrame:
    """By day (rows) and portfolio such as small_low: weighted by the caps of the day before."""
    column = {symbol: place for place, symbol in enumerate(tape.names)}
    place = {day: number for number, day in enumerate(tape.days)}
    gone = {symbol: [place[day] for day in rows.delistings] for symbol, rows in tape.rows.items()}
    formed = tape.formations(SORTS[tape.asset_class][sort])
    after = dict(pairwise([*formed, tape.days[-1]]))
    groups: dict[tuple, list[str]] = {}
    for one in found:
        key = (one.formation_date, f"{one.size_group}_{one.characteristic_group}")
        groups.setdefault(key, []).append(one.symbol)
    value: dict[str, dict[pd.Timestamp, float]] = {}
    for (day, portfolio), symbols in groups.items():
        start, stop = place[day] + 1, place[after[day]] + 1
        chosen = [column[symbol] for symbol in symbols]
        caps = np.nan_to_num(tape.prior_caps[start:stop, chosen])
        for number, symbol in enumerate(symbols):
            ends = [end for end in gone[symbol] if end >= start]
            if ends:
                caps[max(min(ends) + 1 - start, 0) :, number] = 0
        total = caps.sum(axis=1)
        earned = (caps * tape.moves[start:stop, chosen]).sum(axis=1)
        for date, weight, gain in zip(tape.days[start:stop], total, earned, strict=True):
            if weight > 0:
                value.setdefault(portfolio, {})[date] = gain / weight
    return pd.DataFrame(value)


def held(frame: pd.DataFrame, portfolio: str) -> pd.Series:
    """Returns of a portfolio, missing on all days if it never held a name."""
    return frame.get(portfolio, pd.Series(np.nan, frame.index))


def factors(portfolios: dict[str, pd.DataFrame], cash: pd.Series, asset_class: str) -> pd.DataFrame:
    """The factors of a class in long form: date, portfolio, return."""
    prefix = "C" if asset_class == "crypto" else ""
    series: dict[str, pd.Series] = {}
    small_minus_big: dict[str, pd.Series] = {}
    for sort, frame in portfolios.items():
        if sort == "market":
            series[f"{prefix}MKT"] = frame["all_all"] - cash.reindex(frame.index)
            series["RF"] = cash.reindex(frame.index)
        elif sort == "size":
            series["CSMB"] = held(frame, "all_low") - held(frame, "all_high")
        else:
            parts = {
                f"{size}_{part}": held(frame, f"{size}_{part}")
                for size in ("small", "big")
                for part in ("low", "medium", "high")
            }
            high = (parts["small_high"] + parts["big_high"]) / 2
            low = (parts["small_low"] + parts["big_low"]) / 2
            name, direction = FACTORS.get(sort, ("CMOM" if prefix else "UMD", 1))
            series[name] = direction * (high - low)
            small, big = (
                sum(parts[f"{size}_{part}"] for part in ("low", "medium", "high")) / 3
                for size in ("small", "big")
            )
            small_minus_big[sort] = small - big
    if asset_class == "equity":
        june = ("book_to_market", "profitability", "investment")
        series["SMB_VALUE"] = small_minus_big["book_to_market"]
        series["SMB"] = sum(small_minus_big[sort] for sort in june) / 3
    wide = pd.DataFrame(series).rename_axis("date")
    long = wide.melt(ignore_index=False, var_name="portfolio", value_name="return").reset_index()
    return long.dropna().assign(asset_class=asset_class)
