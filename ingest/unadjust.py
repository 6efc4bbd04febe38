"""Turns split-adjusted bars back into the prices that were traded (METHODS, section 2).

A vendor's split-adjusted price of a day is the traded one divided by the new-per-old ratios of all
later splits, so each re-fetch after a split changes all of history. As traded it never changes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import duckdb

from ingest.rounding import create_rounding_macros


def unadjust_splits(
    connection: duckdb.DuckDBPyConnection,
    *,
    known_until: date,
    batches_with_splits: Collection[int] = (),
) -> int:
    """Un-adjust the staged bars and dividends of a load that brought its splits along.

    With F the product of the ratios of the symbol's splits with an ex_date after the bar date:
    open, high, low and close are multiplied by F, volume is divided by F, and cash dividends are
    multiplied by the F of their ex_date. The basis becomes as_traded, also of symbols that never
    split. Without any split row in the load the bars stay split_adjusted, but for the batches that
    are known to bring every split there is. Prices of those are also freed of the vendor's rounding
    (`ingest.rounding`).

    Parameters
    ----------
    known_until : day of the run. A split announced for a later day is in no price yet. Bars and
        splits of files must be of one vintage: a split younger than the bars is taken out as well.
    batches_with_splits : the batch_ids of bars that bring every split.

    Returns
    -------
    The number of bars whose basis changed.
    """
    _make_split_spans(connection, known_until)
    create_rounding_macros(connection)
    connection.execute(
        "create or replace temp table complete_batches as select unnest(?::integer[]) as batch_id",
        [list(batches_with_splits)],
    )
    _unadjust_dividends(connection)
    return _unadjust_bars(connection)


def _unadjust_dividends(connection: duckdb.DuckDBPyConnection) -> None:
    _make_factors(
        connection,
        """
        select
            staged_corporate_actions.rowid as row_number,
            staged_corporate_actions.symbol,
            staged_corporate_actions.ex_date as day,
            bars.is_complete
        from staged_corporate_actions
        inner join (
            select symbol, bool_or(batch_id in (from complete_batches)) as is_complete
            from staged_prices
            where price_basis = 'split_adjusted'
            group by symbol
        ) as bars on staged_corporate_actions.symbol = bars.symbol
        where staged_corporate_actions.action_type = 'cash_dividend'
        """,
    )
    connection.execute(
        f"""
        update staged_corporate_actions as dividends
        set value = {_traded("dividends.value")}
        from factors
        where dividends.rowid = factors.row_number
        """
    )


def _unadjust_bars(connection: duckdb.DuckDBPyConnection) -> int:
    _make_factors(
        connection,
        """
        select
            rowid as row_number,
            symbol,
            bar_date as day,
            batch_id in (from complete_batches) as is_complete
        from staged_prices
        where price_basis = 'split_adjusted'
        """,
    )
    prices = ", ".join(
        f"{name} = {_traded(f'bars.{name}')}" for name in ("open", "high", "low", "close")
    )
    return connection.execute(
        f"""
        update staged_prices as bars
        set {prices}, volume = bars.volume / factors.factor, price_basis = 'as_traded'
        from factors
        where bars.rowid = factors.row_number
        """
    ).fetchall()[0][0]


def _traded(adjusted: str) -> str:
    return (
        f"case when factors.is_complete then traded_price({adjusted}, factors.factor) "
        f"else {adjusted} * factors.factor end"
    )


def _make_factors(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """The factor of each row (1 after the last split), where the row is to be un-adjusted."""
    connection.execute(
        f"""
        create or replace temp table factors as
        select
            adjusted.row_number,
            adjusted.is_complete,
            coalesce(split_spans.factor, 1) as factor
        from ({rows}) as adjusted
        left join split_spans
            on adjusted.symbol = split_spans.symbol
            and adjusted.day >= split_spans.from_date
            and adjusted.day < split_spans.to_date
        where adjusted.is_complete or exists (select 1 from split_spans)
        """
    )


def _make_split_spans(connection: duckdb.DuckDBPyConnection, known_until: date) -> None:
    """One row per symbol and split: the days before it (back to the split before), their factor."""
    connection.execute(
        """
        create or replace temp table split_spans as
        with splits as (
            select symbol, ex_date, product(value) as ratio
            from (
                select distinct symbol, ex_date, value
                from staged_corporate_actions
                where action_type = 'split' and value > 0 and isfinite(value)
                    and ex_date <= ?
            ) as distinct_splits
            group by all
        )

        select
            symbol,
            coalesce(lag(ex_date) over in_order, date '0001-01-01') as from_date,
            ex_date as to_date,
            product(ratio) over (
                partition by symbol
                order by ex_date
                rows between current row and unbounded following
            ) as factor
        from splits
        window in_order as (partition by symbol order by ex_date)
        """,
        [known_until],
    )
