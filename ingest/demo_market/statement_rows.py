"""Statements and on-chain numbers as rows of the fundamentals table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingest.demo_market.coins import Chain
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.quotes import Quotes
from ingest.demo_market.returns import Paths
from ingest.demo_market.statements import (
    METRICS,
    NEVER,
    QUARTERS_BEFORE_LISTING_DAYS,
    RESTATED,
    Companies,
)
from ingest.demo_market.universe import Group

SOMETIMES_MISSING = (
    "revenue",
    "operating_cash_flow",
    "interest_expense",
    "total_liabilities",
)
MISSING_SHARE = 0.005
FUNDAMENTALS = pa.schema(
    [
        ("symbol", pa.string()),
        ("metric", pa.string()),
        ("period_end_date", pa.date32()),
        ("frequency", pa.string()),
        ("published_at", pa.timestamp("s")),
        ("value", pa.float64()),
        ("currency", pa.string()),
    ]
)


def repeated(value: str | None, n: int) -> pa.Array:
    """A text column with one value."""
    return pa.repeat(pa.scalar(value, pa.string()), n)


def looked_up(codes: np.ndarray, words: list[str]) -> pa.Array:
    """A text column from numbers into a list of words."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32")), pa.array(words)).cast(
        pa.string()
    )


def statement_tables(
    group: Group, companies: Companies, quotes: Quotes, options: DemoOptions, last: np.datetime64
) -> list[pa.Table]:
    """All statement rows of one country published (or, undated, taken as known) by a last day."""
    rng = options.rng("missing metrics", group.key)
    sessions = group.grid.sessions
    gone = np.where(group.delisting == "", NEVER, sessions[group.last_row])
    until = np.minimum(gone, last)[:, None]
    listed = (sessions[group.first_row] - QUARTERS_BEFORE_LISTING_DAYS)[:, None]
    wanted = companies.is_closed & (companies.period_end >= listed)
    tables = []
    values = companies.ledger | {"shares_outstanding": _shares(group, companies, quotes)}
    for metric in (*METRICS, "shares_outstanding"):
        chosen = wanted & (companies.published <= until) & np.isfinite(values[metric])
        if metric in SOMETIMES_MISSING:
            chosen &= rng.random(chosen.shape) > MISSING_SHARE
        dates = np.where(companies.is_dated, companies.published, np.datetime64("NaT"))
        tables.append(_rows(group, companies, metric, values[metric], dates, chosen))
        if metric in RESTATED:
            amended = companies.restated[metric]
            again = chosen & (companies.restated_on <= until) & np.isfinite(amended)
            tables.append(_rows(group, companies, metric, amended, companies.restated_on, again))
    return tables


def _rows(
    group: Group,
    companies: Companies,
    metric: str,
    values: np.ndarray,
    dates: np.ndarray,
    chosen: np.ndarray,
) -> pa.Table:
    who = np.nonzero(chosen)[0]
    published = dates[chosen].astype("datetime64[s]") + companies.seconds[chosen]
    currency = None if metric == "shares_outstanding" else group.currency
    columns = [
        looked_up(who, group.symbols),
        repeated(metric, len(who)),
        pa.array(companies.period_end[chosen]),
        repeated("quarter", len(who)),
        pa.array(published),
        pa.array(values[chosen]),
        repeated(currency, len(who)),
    ]
    return pa.Table.from_arrays(columns, schema=FUNDAMENTALS)


def _shares(group: Group, companies: Companies, quotes: Quotes) -> np.ndarray:
    """Shares outstanding at each period end; before the listing those of the listing."""
    rows = np.searchsorted(group.grid.sessions, companies.period_end, side="right") - 1
    rows = np.clip(rows, group.first_row[:, None], group.last_row[:, None])
    return quotes.shares[rows, np.arange(group.n)[:, None]]


def chain_tables(group: Group, paths: Paths, chain: Chain, last: np.datetime64) -> list[pa.Table]:
    """Daily on-chain rows of all coins up to a last day; no publication time is known."""
    rows = np.arange(len(group.grid))[:, None]
    alive = (rows >= group.first_row) & (rows <= group.last_row)
    alive &= (group.grid.sessions <= last)[:, None]
    who, when = np.nonzero(alive.T)
    tables = []
    for metric, values, currency in (
        ("market_cap", np.round(paths.cap, 2), "USD"),
        ("active_addresses", np.ceil(chain.addresses), None),
        ("adjusted_transfer_value", np.round(chain.transfers_usd, 2), "USD"),
    ):
        columns = [
            looked_up(who, group.symbols),
            repeated(metric, len(who)),
            pa.array(group.grid.sessions[when]),
            repeated("day", len(who)),
            pa.nulls(len(who), pa.timestamp("s")),
            pa.array(values.T[alive.T]),
            repeated(currency, len(who)),
        ]
        tables.append(pa.Table.from_arrays(columns, schema=FUNDAMENTALS))
    return tables
