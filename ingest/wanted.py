"""Picks the staged rows of the dates and symbols that are wanted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import duckdb
import pyarrow as pa

from ingest.tables import KEYS

NOT_AFTER_END = {
    "prices": "bar_date",
    "corporate_actions": "ex_date",
    "fundamentals": "greatest(period_end_date, cast(published_at as date))",
    "fx_rates": "rate_date",
    "interest_rates": "rate_date",
    "symbol_changes": "change_date",
}
TABLES_WITH_SYMBOLS = tuple(table for table, key in KEYS.items() if "symbol" in key)


def keep_wanted(
    connection: duckdb.DuckDBPyConnection,
    *,
    start: date | None,
    end: date | None,
    symbols: Collection[str] | None,
) -> None:
    """Delete staged rows outside the dates and symbols; last, since un-adjusting needs them all.

    Parameters
    ----------
    start, end : bars outside these dates, and other rows after ``end``, go; None is unbounded.
    symbols : rows of other symbols go; None is all. A change of symbol stays for either of its two.
    """
    if start:
        connection.execute("delete from staged_prices where bar_date < ?", [start])
    if end:
        for table, day in NOT_AFTER_END.items():
            connection.execute(f"delete from staged_{table} where {day} > ?", [end])
    if symbols is not None:
        wanted = pa.table({"symbol": pa.array(sorted(symbols), pa.string())})
        connection.register("wanted_symbols", wanted)
        for table in TABLES_WITH_SYMBOLS:
            connection.execute(
                f"delete from staged_{table} "
                "where symbol not in (select symbol from wanted_symbols)"
            )
        connection.execute(
            "delete from staged_symbol_changes where not exists "
            "(select 1 from wanted_symbols where symbol in (old_symbol, new_symbol))"
        )
