"""prices_daily again: calendars, forward total-return index, gaps, delistings, market caps."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Any

import pandas as pd

from tests.two_roads.cleaning import Cleaned, clean_all, shares_per_first_share, split_ratios
from tests.two_roads.inputs import Market, in_major_units, sessions, variables
from tests.two_roads.statements import newest_shares, vendor_caps

Row = dict[str, Any]


def known_assets(market: Market) -> dict[str, Row]:
    """Class and venue of every symbol, from its earliest universe row."""
    universe = market.newest("raw.universe", ["symbol"])
    earliest = universe.sort_values("member_from", na_position="first").groupby("symbol").head(1)
    return {row["symbol"]: row for row in earliest.to_dict("records")}


class Rates:
    """US dollars for one unit of a currency, the last rate carried a few days."""

    def __init__(self, market: Market) -> None:
        rates = market.newest("raw.fx_rates", ["currency", "rate_date"])
        rates = rates[rates["usd_per_unit"] > 0].sort_values("rate_date")
        self._rates = {
            currency: (list(rows["rate_date"]), list(rows["usd_per_unit"]))
            for currency, rows in rates.groupby("currency")
        }

    def usd(self, currency: str, day: pd.Timestamp) -> float:
        """The rate of the day, or the last one within the carry, else NaN."""
        if currency == "USD":
            return 1.0
        days, values = self._rates.get(currency, ([], []))
        position = bisect_right(days, day) - 1
        if position < 0 or (day - days[position]).days > variables()["max_carry_fx_days"]:
            return math.nan
        return values[position]


def money_actions(market: Market) -> tuple[dict[str, dict], dict[str, list[tuple]]]:
    """Dividends of every symbol (per share of their day) and its delistings, by day."""
    actions = market.newest("raw.corporate_actions", ["symbol", "ex_date", "action_type"])
    actions = in_major_units(actions, ["value"], actions["action_type"] == "cash_dividend")
    dividends: dict[str, dict] = {}
    delistings: dict[str, list[tuple]] = {}
    for row in actions.itertuples():
        if row.action_type == "cash_dividend":
            dividends.setdefault(row.symbol, {})[row.ex_date] = row.value
        elif row.action_type == "delisting":
            delistings.setdefault(row.symbol, []).append((row.ex_date, row.value))
    return dividends, delistings


def total_return_index(
    cleaned: Cleaned, splits: list, dividends: dict[pd.Timestamp, float], rates: Rates
) -> dict[pd.Timestamp, tuple[float, float, float]]:
    """(close, close in US dollars, adj_close) of every bar, in the base currency US dollars.

    Forward from the first bar: each dividend since the bar before buys more shares at the bar's
    close; a split between its day and the bar counts it per old share.
    """
    index, reinvested, before = {}, 1.0, None
    base = variables()["base_currency"]
    for day in sorted(cleaned.bars):
        bar = cleaned.bars[day]
        is_traded = bar.price_basis == "as_traded"
        factor = shares_per_first_share(splits, day) if is_traded else 1.0
        if before is not None and bar.price_basis != "total_return":
            for ex_date, dividend in dividends.items():
                if before < ex_date <= day:
                    then = shares_per_first_share(splits, ex_date) if is_traded else 1.0
                    reinvested *= 1 + dividend * then / factor / bar.close
        before = day
        usd = rates.usd(bar.currency, day)
        in_base = usd / rates.usd(base, day)
        if math.isfinite(in_base):
            close = bar.close * in_base
            index[day] = (close, bar.close * usd, close * factor * reinvested)
    return index


def daily_rows(
    asset: Row,
    cleaned: Cleaned,
    index: dict[pd.Timestamp, tuple[float, float, float]],
    days: list[pd.Timestamp],
    delistings: list[tuple[pd.Timestamp, float]],
) -> list[Row]:
    """One symbol's complete calendar from its first bar to its delisting or the end of the data."""
    settings, kind = variables(), asset["asset_class"]
    patience, carry = settings["delisting_after_sessions"][kind], settings["max_carry_sessions"]
    rows: list[Row] = []
    last, since, is_listed, previous = None, 0, False, None
    booked: dict[pd.Timestamp, float] = {}
    for ex_date, value in delistings:
        on = [day for day in days if day >= ex_date]
        if on:
            booked[on[0]] = value
    for day in days:
        has_bar = day in index
        if has_bar and day not in booked:
            since, last = 0, index[day]
            if not is_listed:
                is_listed, previous = True, None
        elif not is_listed:
            continue
        else:
            since += 1
        is_end = day in booked or since == patience
        factor = 1.0
        if is_end:
            value = booked.get(day, math.nan)
            factor += settings["delisting_return"][kind] if math.isnan(value) else value
        is_beyond = since > carry and not is_end
        bar = cleaned.bars.get(day) if has_bar and day not in booked else None
        index_now = last[2] * factor
        is_unknown = is_beyond or previous is None
        volume = bar.volume if bar and math.isfinite(bar.volume) and bar.volume >= 0 else math.nan
        rows.append(
            {
                "as_of_date": day,
                "symbol": asset["symbol"],
                "close": math.nan if is_beyond else last[0] * factor,
                "adj_close": math.nan if is_beyond else index_now,
                "ret_1d": math.nan if is_unknown else index_now / previous - 1,
                "volume": volume,
                "dollar_volume_usd": volume * last[1],
                "is_stale": bar is None,
                "is_delisted": is_end,
                "last_close_usd": math.nan if is_beyond or is_end else last[1],
            }
        )
        previous = index_now
        is_listed = not is_end
    return rows


def prices_daily(market: Market) -> tuple[pd.DataFrame, dict[str, Cleaned]]:
    """Every symbol's sessions with close, adj_close, ret_1d, gaps, delistings and market cap."""
    assets, rates = known_assets(market), Rates(market)
    cleaned = clean_all(market, assets)
    splits, (dividends, delistings) = split_ratios(market), money_actions(market)
    first = market.query("select min(bar_date) as day from raw.prices")["day"][0]
    last_of_venue: dict[str, pd.Timestamp] = {}
    for symbol, found in cleaned.items():
        if found.bars:
            venue = assets[symbol]["venue"]
            last_of_venue[venue] = max(last_of_venue.get(venue, first), max(found.bars))
    rows: list[Row] = []
    for symbol, found in cleaned.items():
        if not found.bars:
            continue
        venue = assets[symbol]["venue"]
        index = total_return_index(found, splits.get(symbol, []), dividends.get(symbol, {}), rates)
        days = list(sessions(venue, first, last_of_venue[venue]))
        rows += daily_rows(assets[symbol], found, index, days, delistings.get(symbol, []))
    frame = pd.DataFrame(rows)
    frame["market_cap_usd"] = market_caps(market, frame, cleaned)
    return frame, cleaned


def market_caps(market: Market, frame: pd.DataFrame, cleaned: dict[str, Cleaned]) -> pd.Series:
    """As-traded close x newest known shares x splits since their date, else the vendor's figure."""
    splits = split_ratios(market)
    shares, vendor = newest_shares(market), vendor_caps(market)
    caps = []
    for row in frame.itertuples():
        basis = next(iter(cleaned[row.symbol].bars.values())).price_basis
        cap = math.nan
        if math.isfinite(row.last_close_usd):
            if basis != "total_return":
                count, counted_on = shares(row.symbol, row.as_of_date)
                own = splits.get(row.symbol, [])
                if count is not None and basis == "as_traded" and own:
                    count *= shares_per_first_share(own, row.as_of_date)
                    count /= shares_per_first_share(own, counted_on)
                cap = math.nan if count is None else count * row.last_close_usd
            if math.isnan(cap):
                cap = vendor(row.symbol, row.as_of_date)
        caps.append(cap)
    return pd.Series(caps, index=frame.index)
