"""Turns split-adjusted bars back into the prices that were traded (METHODS, section 2).

A vendor's split-adjusted price of a day is the traded one divided by the new-per-old ratios of all
later splits, so each re-fetch after a split changes all of history. As traded it never changes.
"""

from __future__ import annotations

from datetime import date

import duckdb


def unadjust_splits(connection: duckdb.DuckDBPyConnection, *, known_until: date) -> int:
    """Un-adjust the staged bars and dividends of a load that brought its splits along.

    With F the product of the ratios of the symbol's splits with an ex_date after the bar date:
    open, high, low and close are multiplied by F, volume is divided by F, and cash dividends are
    multiplied by the F of their ex_date. The basis becomes as_traded, also of symbols that never
    split. Without any split row in the load nothing changes: the bars stay split_adjusted.

    Parameters
    ----------
    known_until : day of the run. A split announced for a later day is in no price yet. Bars and
        splits of files must be of one vintage: a split younger than the bars is taken out as well.

    Returns
    -------
    The number of bars whose basis changed.
    """
    _make_split_spans(connection, known_until)
    if not connection.execute("select count(*) from split_spans").fetchall()[0][0]:
        return 0
    connection.execute(
        """
        update staged_corporate_actions as dividends
        set value = dividends.value * split_spans.factor
        from split_spans
        where dividends.action_type = 'cash_dividend'
            and dividends.symbol = split_spans.symbol
            and dividends.ex_date >= split_spans.from_date
            and dividends.ex_date < split_spans.to_date
            and dividends.symbol in (
                select symbol from staged_prices where price_basis = 'split_adjusted'
            )
        """
    )
    connection.execute(
        """
        update staged_prices as bars
        set
            open = bars.open * split_spans.factor,
            high = bars.high * split_spans.factor,
            low = bars.low * split_spans.factor,
            close = bars.close * split_spans.factor,
            volume = bars.volume / split_spans.factor
        from split_spans
        where bars.price_basis = 'split_adjusted'
            and bars.symbol = split_spans.symbol
            and bars.bar_date >= split_spans.from_date
            and bars.bar_date < split_spans.to_date
        """
    )
    return connection.execute(
        "update staged_prices set price_basis = 'as_traded' where price_basis = 'split_adjusted'"
    ).fetchall()[0][0]


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
