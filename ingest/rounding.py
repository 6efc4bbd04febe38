"""Vendor's rounding: single precision undone, and differences that are rounding and no news.

A vendor that adjusts for splits stores each price as a single-precision number, so a re-fetch after
a split, un-adjusted again, differs from the first fetch in its last digits.
"""

from __future__ import annotations

import duckdb

from ingest.tables import RawTable

RELATIVE_TOLERANCE = 1e-6
# Adjusted prices and dividends are kept to the sixth decimal, volumes to whole shares.
PRICE_STEP = 1e-6
ROUNDED_COLUMNS = {
    "prices": ("bar_date", ("open", "high", "low", "close", "volume")),
    "corporate_actions": ("ex_date", ("value",)),
}


def create_rounding_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """The SQL macro ``traded_price(adjusted, factor)`` on the connection.

    A number that is exact in single precision stands for any number that rounds to it: times the
    factor, the one with the fewest digits is taken (33.333332 x 3 is 100; digits that were there
    stay). All other numbers are doubles of their own, and only multiplied.
    """
    connection.execute(
        """
        create or replace temp macro with_digits(x, n) as
            round(x, n - 1 - cast(floor(log10(abs(x))) as integer));

        create or replace temp macro is_ordinary(x) as
            coalesce(isfinite(x) and abs(x) between 1e-30 and 1e30, false);

        create or replace temp macro is_single_precision(x) as
            is_ordinary(x) and cast(try_cast(x as float) as double) = x;

        create or replace temp macro half_step(x) as
            pow(2, floor(log2(abs(x))) - 24) * (1 + 1e-6);

        create or replace temp macro fewest_digits(x, deviation) as case
            when abs(with_digits(x, 6) - x) <= deviation then with_digits(x, 6)
            when abs(with_digits(x, 7) - x) <= deviation then with_digits(x, 7)
            when abs(with_digits(x, 8) - x) <= deviation then with_digits(x, 8)
            else with_digits(x, 9)
        end;

        create or replace temp macro traded_price(x, factor) as case
            when not is_single_precision(x) or not is_ordinary(x * factor) then x * factor
            else fewest_digits(x * factor, half_step(x) * factor)
        end
        """
    )


def keep_landed_where_only_rounded(
    connection: duckdb.DuckDBPyConnection, table: RawTable, *, fresh: str, current: str
) -> None:
    """Put the landed number in place of a fresh one that differs by no more than rounding does.

    Prices and dividends: 1e-6 of the number, or the sixth decimal of the split-adjusted one.
    Volumes: 1e-6 of the number, or less than half a share, traded or split-adjusted, on each side.
    Keys with several rows are left alone. Needs ``split_spans`` (`ingest.unadjust`).

    Parameters
    ----------
    fresh, current : temporary tables with the columns of the raw table.
    """
    if table.name not in ROUNDED_COLUMNS:
        return
    day, columns = ROUNDED_COLUMNS[table.name]
    key = ", ".join(table.key)
    kept = ", ".join(
        f"{column} = case when isfinite({fresh}.{column}) and isfinite(landed.{column}) "
        f"and abs({fresh}.{column} - landed.{column}) <= {_tolerance(column)} "
        f"then landed.{column} else {fresh}.{column} end"
        for column in columns
    )
    connection.execute(
        f"""
        update {fresh} set {kept}
        from (
            select single.*, coalesce(split_spans.factor, 1) as factor
            from (
                select * from {current}
                qualify count(*) over (partition by {key}) = 1
            ) as single
            semi join (
                select {key} from {fresh} group by all having count(*) = 1
            ) as single_fresh using ({key})
            left join split_spans
                on single.symbol = split_spans.symbol
                and single.{day} >= split_spans.from_date
                and single.{day} < split_spans.to_date
        ) as landed
        where {" and ".join(f"{fresh}.{column} = landed.{column}" for column in table.key)}
        """
    )


def _tolerance(column: str) -> str:
    step = "0.499999 + 0.5 / factor" if column == "volume" else f"{PRICE_STEP} * factor"
    return f"greatest({RELATIVE_TOLERANCE} * abs(landed.{column}), {step})"
