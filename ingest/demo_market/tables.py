"""The observed market as tables with the canonical columns of the raw layer."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from ingest.demo_market.market import Market
from ingest.demo_market.observed import Observed
from ingest.demo_market.rates import fx_paths, usd_yield, weekdays
from ingest.demo_market.statement_rows import (
    chain_tables,
    looked_up,
    repeated,
    statement_tables,
)
from ingest.demo_market.universe import Group

ACTIONS = pa.schema(
    [
        ("symbol", pa.string()),
        ("ex_date", pa.date32()),
        ("action_type", pa.string()),
        ("value", pa.float64()),
        ("currency", pa.string()),
    ]
)
FIRST_DAY, LAST_DAY = np.datetime64("1900-01-01", "D"), np.datetime64("2200-01-01", "D")


def market_tables(
    market: Market, observed: Observed, start: date | None = None, end: date | None = None
) -> dict[str, pa.Table]:
    """All raw tables, by name.

    Parameters
    ----------
    start, end : bars, actions and rates outside are left out, and statements published after end.
    """
    first = np.datetime64(start, "D") if start else FIRST_DAY
    last = np.datetime64(end, "D") if end else LAST_DAY
    return {
        "universe": universe_table(market.groups),
        "fx_rates": _fx_table(market, first, last),
        "interest_rates": _yield_table(market, first, last),
        "prices": _price_table(observed, first, last),
        "corporate_actions": _action_table(market, observed, first, last),
        "fundamentals": _fundamental_table(market, observed, last),
    }


def universe_table(groups: list[Group]) -> pa.Table:
    """One row per asset."""
    rows = []
    for group in groups:
        days = [*group.grid.sessions.astype(object), None]
        for i, symbol in enumerate(group.symbols):
            rows.append(
                {
                    "symbol": symbol,
                    "asset_class": group.model.asset_class,
                    "venue": group.grid.venue,
                    "country": group.country,
                    "currency": group.currency,
                    "sector": group.sectors[i],
                    "name": group.names[i],
                    "asset_kind": group.kinds[i],
                    "member_from": days[group.member_from[i]],
                    "member_to": days[group.member_to[i]],
                }
            )
    dates = [("member_from", pa.date32()), ("member_to", pa.date32())]
    texts = [(name, pa.string()) for name in rows[0] if not name.startswith("member_")]
    return pa.Table.from_pylist(rows, schema=pa.schema([*texts, *dates]))


def _within(days: np.ndarray, first: np.datetime64, last: np.datetime64) -> np.ndarray:
    return (days >= first) & (days <= last)


def _price_table(observed: Observed, first: np.datetime64, last: np.datetime64) -> pa.Table:
    bars = observed.bars.take(_within(observed.bars.day, first, last))
    return pa.table(
        {
            "symbol": looked_up(bars.code, observed.symbols),
            "bar_date": pa.array(bars.day),
            "open": pa.array(bars.open),
            "high": pa.array(bars.high),
            "low": pa.array(bars.low),
            "close": pa.array(bars.close, mask=~bars.has_close),
            "volume": pa.array(bars.volume),
            "currency": looked_up(bars.code, observed.currencies),
            "price_basis": repeated("as_traded", len(bars.code)),
        }
    )


def _action_table(
    market: Market, observed: Observed, first: np.datetime64, last: np.datetime64
) -> pa.Table:
    rows = []
    for group, quotes in zip(market.groups, observed.quotes, strict=True):
        days, names, money = group.grid.sessions, group.symbols, group.quote_currency
        rows += [(names[i], days[t], "split", ratio, None) for t, i, ratio in quotes.splits]
        rows += [
            (names[i], days[t], "cash_dividend", paid, money) for t, i, paid in quotes.dividends
        ]
        for i in np.flatnonzero(~np.isin(group.delisting, ["", "silent"])):
            known = group.delisting[i] != "unknown"
            value = float(group.delisting_return[i]) if known else None
            rows.append((names[i], days[group.last_row[i] + 1], "delisting", value, None))
    rows = sorted((r for r in rows if first <= r[1] <= last), key=lambda r: r[:3])
    columns = [[row[k] for row in rows] for k in range(len(ACTIONS))]
    columns[1] = np.array(columns[1], dtype="datetime64[D]")
    arrays = [pa.array(column, field.type) for column, field in zip(columns, ACTIONS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=ACTIONS)


def _fundamental_table(market: Market, observed: Observed, last: np.datetime64) -> pa.Table:
    tables = []
    for group, paths, quotes in zip(market.groups, market.paths, observed.quotes, strict=True):
        if group.model.asset_class == "crypto":
            tables += chain_tables(group, paths, market.chain, last)
        else:
            companies = market.companies[group.key]
            day = min(last, np.datetime64(market.options.last_day, "D"))
            tables += statement_tables(group, companies, quotes, market.options, day)
    return pa.concat_tables(tables)


def _fx_table(market: Market, first: np.datetime64, last: np.datetime64) -> pa.Table:
    days = weekdays(market.options)
    inside = _within(days, first, last)
    return pa.concat_tables(
        pa.table(
            {
                "currency": repeated(currency, int(inside.sum())),
                "rate_date": pa.array(days[inside]),
                "usd_per_unit": pa.array(path[inside]),
            }
        )
        for currency, path in fx_paths(market.options).items()
    )


def _yield_table(market: Market, first: np.datetime64, last: np.datetime64) -> pa.Table:
    days = weekdays(market.options)
    inside = _within(days, first, last)
    n = int(inside.sum())
    return pa.table(
        {
            "currency": repeated("USD", n),
            "rate_date": pa.array(days[inside]),
            "yield_ann": pa.array(usd_yield(market.options)[inside]),
            "quote_convention": repeated("effective_annual", n),
        }
    )
