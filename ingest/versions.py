"""Appends what is new: a key whose rows differ from its newest version gets a new version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ingest.rounding import keep_landed_where_only_rounded
from ingest.tables import RawTable

OCCURRENCE = """
    row_number() over (
        partition by symbol, bar_date
        order by
            close nulls last,
            open nulls last,
            high nulls last,
            low nulls last,
            volume nulls last,
            currency,
            price_basis
    )
"""


@dataclass(frozen=True)
class LoadStamp:
    """What landing writes into every row of a load."""

    load_id: int
    source: str
    observed_at: datetime


def append_versions(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    stamp: LoadStamp,
    *,
    is_rounded: bool = False,
) -> tuple[int, int]:
    """Append the staged rows of a table whose key is new or differs from its newest version.

    The newest version of a key is the rows of its highest load_id. Rows are compared as sets, NULL
    equal to NULL and NaN to NaN, so a key that lost one of two rows is a new version as well.

    Returns
    -------
    The rows that landed, and how many of their keys were last written by another source.
    """
    _make_new_rows(connection, table)
    _make_fresh_and_current(connection, table)
    if is_rounded:
        keep_landed_where_only_rounded(
            connection, table, fresh="fresh_rows", current="current_rows"
        )
    columns = ", ".join(table.columns)
    key = ", ".join(table.key)
    connection.execute(
        f"""
        create or replace temp table changed_keys as
        select distinct {key}
        from (
            (select {columns} from fresh_rows except select {columns} from current_rows)
            union all
            (select {columns} from current_rows except select {columns} from fresh_rows)
        ) as differences
        """
    )
    n_landed = _insert(connection, table, stamp)
    n_taken_over = connection.execute(
        f"select count(*) from (select distinct {key} from current_rows where source <> ? "
        f"and exists (select 1 from changed_keys where {_same_key(table, 'current_rows')}))",
        [stamp.source],
    ).fetchall()[0][0]
    return n_landed, n_taken_over


def _insert(connection: duckdb.DuckDBPyConnection, table: RawTable, stamp: LoadStamp) -> int:
    """Append the new rows that stand alone, and those of new or changed keys with several."""
    columns = ", ".join(table.columns)
    several = f"""
        select {columns} from new_rows where key_hash in (from shared_hashes)
        union
        select {columns} from fresh_rows
        where exists (select 1 from changed_keys where {_same_key(table, "fresh_rows")})
    """
    alone = f"select {columns} from new_rows where key_hash not in (from shared_hashes)"
    inserted = [*table.columns, "source", "load_id", "observed_at"]
    values = [*table.columns, "? as source", "? as load_id", "? as observed_at"]
    if table.name == "prices":
        inserted.append("occurrence")
        values.append("occurrence")
        several = f"select *, {OCCURRENCE} as occurrence from ({several}) as several"
        alone = f"select *, 1 as occurrence from ({alone}) as alone"
    return connection.execute(
        f"insert into raw.{table.name} ({', '.join(inserted)}) "
        f"select {', '.join(values)} from ({alone} union all {several}) as landing "
        f"order by {columns}",
        [stamp.source, stamp.load_id, stamp.observed_at],
    ).fetchall()[0][0]


def _make_new_rows(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """A view of the staged rows whose key was never landed, and the hashes that keys share.

    A key whose hash no other row has stands alone: its row lands without being compared. In a first
    load that is nearly all rows.
    """
    is_first = not connection.execute(f"select 1 from raw.{table.name} limit 1").fetchall()
    is_new = (
        "true"
        if is_first
        else (
            f"not exists (select 1 from raw.{table.name} as landed "
            f"where {_same_key(table, 'landed', 'staged')})"
        )
    )
    connection.execute(
        f"create or replace temp view new_rows as "
        f"select *, hash({', '.join(table.key)}) as key_hash "
        f"from staged_{table.name} as staged where {is_new}"
    )
    connection.execute(
        "create or replace temp table shared_hashes as "
        "select key_hash from new_rows group by key_hash having count(*) > 1"
    )


def _make_fresh_and_current(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """The staged rows, and the newest version, of every landed key that may have changed.

    A key whose staged rows all equal its one landed row has not; in an update that is nearly all.
    """
    columns, key = ", ".join(table.columns), ", ".join(table.key)
    landed = f"raw.{table.name} as landed where {_same_key(table, 'landed', 'staged')}"
    connection.execute(
        f"""
        create or replace temp table open_keys as
        select {key} from staged_{table.name} as staged
        where exists (select 1 from {landed}) and not exists (
            select 1 from raw.{table.name} as landed
            where {_same(table.columns, "landed", "staged")}
        )
        union
        select {key} from raw.{table.name} as landed
        where exists (
            select 1 from staged_{table.name} as staged
            where {_same_key(table, "staged", "landed")}
        )
        group by all
        having count(*) > 1
        """
    )
    connection.execute(
        f"""
        create or replace temp table fresh_rows as
        select distinct {columns}
        from staged_{table.name} as staged
        where exists (select 1 from open_keys where {_same_key(table, "staged", "open_keys")})
        """
    )
    connection.execute(
        f"""
        create or replace temp table current_rows as
        select {columns}, source
        from raw.{table.name} as landed
        where exists (select 1 from fresh_rows where {_same_key(table, "landed", "fresh_rows")})
        qualify load_id = max(load_id) over (partition by {key})
        """
    )


def _same_key(table: RawTable, left: str, right: str = "changed_keys") -> str:
    return _same(table.key, left, right)


def _same(columns: Iterable[str], left: str, right: str) -> str:
    return " and ".join(
        f"{left}.{column} is not distinct from {right}.{column}" for column in columns
    )
