"""When a whole load is refused, and what its summary warns of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.errors import IngestError
from ingest.sources import Batch
from ingest.tables import ALLOWED_VALUES

MAX_REJECTED_SHARE = 0.2
MAX_NON_POSITIVE_SHARE = 0.5


def check_staged(
    connection: duckdb.DuckDBPyConnection, batches: Sequence[tuple[str, str, int]], work: Path
) -> None:
    """Refuse a load whose staged rows show a wrong mapping rather than bad data.

    Parameters
    ----------
    batches : table, origin and number of rows of each batch, by batch_id.
    work : the work file, named where removing it is the remedy.

    Raises
    ------
    IngestError : no rows, too many rejects, mostly closes at or below zero, or a symbol that is
        claimed by two asset classes.
    """
    n_rows: dict[tuple[str, str], int] = {}
    for table, origin, count in batches:
        n_rows[table, origin] = n_rows.get((table, origin), 0) + count
    for (table, origin), count in n_rows.items():
        if count == 0:
            raise IngestError(f"{origin} has no data rows for {table}. Is it the right file?")
        _check_rejected(connection, table, origin, count)
    _make_origins(connection, batches)
    _check_closes(connection)
    _check_asset_classes(connection, work)


def unlisted_symbols(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The staged price symbols that no universe row describes."""
    found = connection.execute(
        "select distinct symbol from staged_prices "
        "where symbol not in (select symbol from raw.universe)"
    ).fetchall()
    return frozenset(row[0] for row in found)


def _make_origins(
    connection: duckdb.DuckDBPyConnection, batches: Sequence[tuple[str, str, int]]
) -> None:
    connection.execute("create or replace temp table origins (batch_id integer, origin varchar)")
    rows = [(index, origin) for index, (_, origin, _) in enumerate(batches)]
    if rows:
        connection.executemany("insert into origins values (?, ?)", rows)


def _check_rejected(
    connection: duckdb.DuckDBPyConnection, table: str, origin: str, count: int
) -> None:
    found = connection.execute(
        """
        select count(*) over () as n_rejected, source_row, bad_value, reason
        from rejected
        where table_name = ? and source_file = ?
        order by source_row nulls last, reason
        limit 1
        """,
        [table, origin],
    ).fetchall()
    if not found:
        return
    n_rejected, row, value, reason = found[0]
    if n_rejected > MAX_REJECTED_SHARE * count:
        place = f"line {row}" if row is not None else "the first bad row"
        raise IngestError(
            f"{origin}: {n_rejected} of {count} rows cannot land in {table} (more than "
            f"{MAX_REJECTED_SHARE:.0%}, so nothing does). First at {place}: {reason}, "
            f"value {value!r}. {_remedy(reason)}"
        )


def _remedy(reason: str) -> str:
    kind, _, column = reason.partition(":")
    if kind == "missing_key":
        return f"{column} may not be empty: map it under `columns:`, or leave rows out by `where:`."
    if kind == "bad_value":
        return f"Allowed for {column} are: {', '.join(ALLOWED_VALUES[column])}."
    if kind == "same_symbol":
        return "A change of symbol needs an old and a new one that differ."
    if kind == "unknown_venue":
        return "Allowed are the codes of exchange_calendars, such as XNYS or XLON, and 24/7."
    if column.endswith("_date") or column.endswith("_at") or column in ("member_from", "member_to"):
        return "Dates are read as 2020-01-31; say otherwise by e.g. `date_format: '%d/%m/%Y'`."
    return (
        f"Is {column} mapped to the right column? Words for a missing number go under "
        "`missing_values: ['NA']`, a decimal comma is `replace(price, ',', '.')`."
    )


def _check_closes(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        f"""
        select
            origin,
            count(*) filter (where close <= 0) as n_bad,
            count(close) as n_closes,
            min(source_row) filter (where close <= 0),
            arg_min(close, coalesce(source_row, 0)) filter (where close <= 0)
        from staged_prices
        inner join origins on staged_prices.batch_id = origins.batch_id
        group by origin
        having n_bad > {MAX_NON_POSITIVE_SHARE} * n_closes
        order by origin
        limit 1
        """
    ).fetchall()
    for origin, n_bad, n_closes, row, value in found:
        place = f"at line {row}" if row is not None else "the first"
        raise IngestError(
            f"{origin}: {n_bad} of {n_closes} closes are at or below zero, {place}: {value!r}. "
            "Is another column mapped to `close` under `columns:`, such as a return or a change?"
        )


def _check_asset_classes(connection: duckdb.DuckDBPyConnection, work: Path) -> None:
    found = connection.execute(
        """
        with claims as (
            select symbol, asset_class, min(origin) as origin, false as is_landed
            from staged_universe
            inner join origins on staged_universe.batch_id = origins.batch_id
            group by all

            union all

            select symbol, asset_class, min(source) as origin, true as is_landed
            from (
                select * from raw.universe
                qualify load_id = max(load_id) over (partition by symbol)
            ) as newest
            where symbol in (select symbol from staged_universe)
            group by all
        )

        select
            symbol,
            arg_min(origin, asset_class),
            min(asset_class),
            arg_max(origin, asset_class),
            max(asset_class),
            bool_or(is_landed)
        from claims
        group by symbol
        having count(distinct asset_class) > 1
        order by symbol
        limit 1
        """
    ).fetchall()
    for symbol, first, first_class, second, second_class, is_landed in found:
        landed = f" If the class was mended instead, remove {work} and load again."
        raise IngestError(
            f"{symbol!r} is claimed by two asset classes: {first_class} by {first}, "
            f"{second_class} by {second}. Keep them apart with e.g. "
            "`symbols: {suffix: '-USD'}` in the entries of one of them "
            f"(universe, prices and all others).{landed if is_landed else ''}"
        )


def batch_line(batch: Batch) -> tuple[str, str, int]:
    """What `check_staged` wants to know of a batch."""
    return batch.table, batch.origin, batch.rows.num_rows
