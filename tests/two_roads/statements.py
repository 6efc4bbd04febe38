"""What was known of each company on a day: METHODS section 3, announcement by announcement."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from tests.two_roads.inputs import Market, in_major_units, variables

QUARTER_DAYS = (70, 120)  # quarter ends this far apart follow each other: 12 to 16 weeks
YEAR_DAYS = (350, 380)  # period ends this far apart are a year apart


class Announcement(NamedTuple):
    """One value of one metric and the day from which it was known."""

    known_on: pd.Timestamp
    published_at: pd.Timestamp
    period_end: pd.Timestamp
    frequency: str
    value: float
    currency: str | None


class Known(NamedTuple):
    """What a day knows of a metric: its newest value, its trailing-twelve-month sum, and the value
    of the period a year before the newest.
    """

    last_value: float | None
    last_period: pd.Timestamp | None
    last_currency: str | None
    ttm_value: float | None
    ttm_period: pd.Timestamp | None
    ttm_currency: str | None
    year_ago_value: float | None


def spoken(market: Market, frequencies: tuple[str, ...], metric: str | None = None) -> pd.DataFrame:
    """Every value of raw.fundamentals with the day from which it was known, oldest first."""
    key = ["symbol", "metric", "period_end_date", "published_at"]
    rows = market.newest("raw.fundamentals", key)
    chosen = rows["frequency"].isin(frequencies) & rows["value"].notna()
    rows = rows[chosen if metric is None else chosen & (rows["metric"] == metric)]
    rows = in_major_units(rows, ["value"])
    lag = pd.to_timedelta(rows["frequency"].map(variables()["publication_lag_days"]), unit="D")
    assumed = rows["period_end_date"] + lag
    rows["known_on"] = rows["published_at"].dt.normalize().fillna(assumed)
    rows["published_at"] = rows["published_at"].fillna(assumed)
    rows = rows.rename(columns={"period_end_date": "period_end"})
    return rows.sort_values(["known_on", "published_at"])


def announcements(market: Market, frequencies: tuple[str, ...]) -> dict[tuple, list[Announcement]]:
    """By symbol and metric, oldest knowledge first."""
    rows = spoken(market, frequencies)
    found: dict[tuple, list[Announcement]] = {}
    columns = ["symbol", "metric", *Announcement._fields]
    for symbol, metric, *rest in rows[columns].itertuples(index=False):
        found.setdefault((symbol, metric), []).append(Announcement(*rest))
    return found


def knowledge(said: list[Announcement]) -> Known:
    """The state of a metric after these announcements, in the order in which they were made."""
    values: dict[str, dict[pd.Timestamp, Announcement]] = {"quarter": {}, "year": {}}
    for one in said:
        values[one.frequency][one.period_end] = one  # a restatement replaces from here on
    quarters, years = values["quarter"], values["year"]
    newest = max({**years, **quarters})
    last = quarters.get(newest) or years[newest]
    ends = sorted(quarters)[-4:]
    gaps = [(later - earlier).days for earlier, later in pairwise(ends)]
    low, high = QUARTER_DAYS
    is_newer_year = bool(years) and (not quarters or max(years) > max(quarters))
    is_one_currency = len({quarters[day].currency for day in ends}) == 1
    is_year = len(ends) == 4 and not is_newer_year and is_one_currency
    if is_year and all(low <= gap <= high for gap in gaps):
        total, end = math.fsum(quarters[day].value for day in ends), ends[-1]
        currency = quarters[end].currency
    elif years:
        end = max(years)
        total, currency = years[end].value, years[end].currency
    else:
        total, end, currency = None, None, None
    before = year_before(last, values[last.frequency])
    return Known(last.value, newest, last.currency, total, end, currency, before)


def year_before(last: Announcement, known: dict[pd.Timestamp, Announcement]) -> float | None:
    """The value of the period that ends nearest 365 days before, if there is one, as now known."""
    low, high = YEAR_DAYS
    ages = {(last.period_end - end).days: one for end, one in known.items()}
    near = [age for age in ages if low <= age <= high]
    if not near:
        return None
    found = ages[min(near, key=lambda age: abs(age - 365))]
    return found.value if found.currency == last.currency else None


class PointInTime:
    """Answers what was known at the end of a day, by walking the announcements up to it."""

    def __init__(self, market: Market) -> None:
        self._said = announcements(market, ("quarter", "year"))
        self._days = {key: [one.known_on for one in said] for key, said in self._said.items()}
        self._states: dict[tuple, Known] = {}

    def at(self, symbol: str, metric: str, day: pd.Timestamp) -> Known | None:
        """The state of a metric at the end of a day; None where nothing was known yet."""
        n_known = bisect_right(self._days.get((symbol, metric), []), day)
        if not n_known:
            return None
        key = (symbol, metric, n_known)
        if key not in self._states:
            self._states[key] = knowledge(self._said[symbol, metric][:n_known])
        return self._states[key]

    def states(self, metric: str) -> pd.DataFrame:
        """symbol, known_on and the state of a metric from that day on, for all symbols."""
        rows = [
            (symbol, day, *(self.at(symbol, metric, day) or ()))
            for (symbol, name), days in self._days.items()
            if name == metric
            for day in dict.fromkeys(days)
        ]
        frame = pd.DataFrame(rows, columns=["symbol", "known_on", *Known._fields])
        days = dict.fromkeys(["known_on", "last_period", "ttm_period"], "datetime64[us]")
        numbers = dict.fromkeys(["last_value", "ttm_value", "year_ago_value"], float)
        return frame.astype({"symbol": "str"} | days | numbers)

    def last(self, symbol: str, metric: str, day: pd.Timestamp) -> tuple:
        """(value, period end, currency) of a stock; Nones where unknown or too old."""
        known = self.at(symbol, metric, day)
        if known is None or is_too_old(known.last_period, day):
            return None, None, None
        return known.last_value, known.last_period, known.last_currency

    def trailing_year(self, symbol: str, metric: str, day: pd.Timestamp) -> tuple:
        """(value, period end, currency) of a flow; Nones where unknown or too old."""
        known = self.at(symbol, metric, day)
        if known is None or known.ttm_value is None or is_too_old(known.ttm_period, day):
            return None, None, None
        return known.ttm_value, known.ttm_period, known.ttm_currency


def is_too_old(period_end: pd.Timestamp, day: pd.Timestamp) -> bool:
    """Whether a period ended more than so many months before a day."""
    return day > period_end + pd.DateOffset(months=variables()["max_statement_age_months"])


def are_too_old(period_end: pd.Series, day: pd.Series) -> pd.Series:
    """``is_too_old`` of two columns."""
    return day > period_end + pd.DateOffset(months=variables()["max_statement_age_months"])


def newest_shares(market: Market) -> Callable[[str, pd.Timestamp], tuple]:
    """A function of symbol and day: (shares outstanding, day they were counted), or Nones."""
    known = PointInTime(market)

    def shares(symbol: str, day: pd.Timestamp) -> tuple:
        value, period_end, _ = known.last(symbol, "shares_outstanding", day)
        return value, period_end

    return shares


def daily_versions(market: Market, metric: str) -> pd.DataFrame:
    """symbol, period_end, known_on and value of a daily metric, oldest knowledge first."""
    return spoken(market, ("day",), metric)[["symbol", "period_end", "known_on", "value"]]


def daily_metric(market: Market, metric: str) -> dict[str, dict[pd.Timestamp, tuple]]:
    """By symbol and metric day: (day from which it was known, value)."""
    found: dict[str, dict[pd.Timestamp, tuple]] = {}
    for (symbol, name), said in announcements(market, ("day",)).items():
        if name == metric:
            found[symbol] = {one.period_end: (one.known_on, one.value) for one in said}
    return found


def vendor_caps(market: Market) -> Callable[[str, pd.Timestamp], float]:
    """A function of symbol and day: the newest known market cap not older than the carry."""
    caps, carry = daily_metric(market, "market_cap"), variables()["max_carry_onchain_days"]

    def cap(symbol: str, day: pd.Timestamp) -> float:
        of_symbol = caps.get(symbol, {})
        for age in range(carry + 1):
            known_on, value = of_symbol.get(day - pd.Timedelta(days=age), (None, math.nan))
            if known_on is not None and known_on <= day and math.isfinite(value):
                return value
        return math.nan

    return cap
