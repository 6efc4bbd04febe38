"""Puts a universe together from several files: listings, sectors and membership spells."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa

from ingest.entries import Entry, canonical_sql, filter_sql
from ingest.mapping import select_rows, symbol_sql, value_sql
from ingest.sources import Batch
from ingest.tables import literal, raw_table
from ingest.vendor_file import VendorFile
from warehouse.files import connect_memory

LOGGER = logging.getLogger(__name__)
SPELL = ("member_from", "member_to")


def universe_batches(listings: Sequence[Entry], memberships: Sequence[Entry]) -> Iterator[Batch]:
    """The universe rows of all entries, one batch per file.

    A symbol that several listings name is one row: the first listing that has a value gives it.
    Membership spells turn a symbol's row into one row per spell; a symbol that is only in a
    membership file gets that entry's constants. A spell belongs to a listed symbol of the same
    asset class only.
    """
    connection = connect_memory()
    _store(connection, "listings", [_listing_rows(entry) for entry in listings])
    _store(connection, "spells", [_plain_rows(entry) for entry in memberships])
    rows = connection.sql(_UNIVERSE_SQL).to_arrow_table()
    connection.register("universe_rows", rows)
    origins = connection.sql("select distinct origin from universe_rows order by origin").fetchall()
    for (origin,) in origins:
        own = connection.sql(
            "select * exclude (origin) from universe_rows "
            f"where origin = {literal(origin)} order by source_row, symbol, member_from"
        )
        yield Batch("universe", own.to_arrow_table(), origin)
    connection.close()


def _store(connection: duckdb.DuckDBPyConnection, name: str, parts: list[list[pa.Table]]) -> None:
    """A table of all parts, all universe columns as text, numbered by entry."""
    columns = list(raw_table("universe").columns)
    connection.execute(
        f"create table {name} ({', '.join(f'{column} varchar' for column in columns)}, "
        "source_row bigint, origin varchar, entry integer)"
    )
    for number, tables in enumerate(parts):
        for table in tables:
            connection.register("part", table)
            connection.execute(f"insert into {name} by name select *, {number} as entry from part")
            connection.unregister("part")


def _listing_rows(entry: Entry) -> list[pa.Table]:
    sectors = _sector_rows(entry)
    kinds = entry.options.get("kinds") or {}
    found: set[str] = set()
    tables = []
    for file in entry.open_files():
        table = _distinct_rows(file, entry, kinds)
        found |= set(table["symbol"].to_pylist()) | set(table["own_symbol"].to_pylist())
        tables.append(_with_sectors(file, table.drop_columns("own_symbol"), sectors))
    for kind, symbols in kinds.items():
        absent = sorted(set(symbols) - found)
        if absent:
            LOGGER.warning("%s.kinds.%s: not in the file: %s", entry.place, kind, ", ".join(absent))
    return tables


def _plain_rows(entry: Entry) -> list[pa.Table]:
    return [
        _distinct_rows(file, entry, {}).drop_columns("own_symbol") for file in entry.open_files()
    ]


def _distinct_rows(file: VendorFile, entry: Entry, kinds: Mapping[str, list[str]]) -> pa.Table:
    """Distinct rows as text with the first line of each, and the symbol as the file writes it."""
    sql = canonical_sql(file, entry, raw_table("universe").columns)
    own_symbol = "cast(null as varchar)"
    if "symbol" in (entry.options.get("columns") or {}):
        own = value_sql(
            file, entry.options["columns"]["symbol"], "VARCHAR", place=f"{entry.place}.columns"
        )
        own_symbol = symbol_sql(own, {})
    cases = " ".join(
        f"when {value} in ({', '.join(map(literal, symbols))}) then {literal(kind)}"
        for kind, symbols in kinds.items()
        for value in (own_symbol, sql["symbol"])
        if symbols
    )
    if cases:
        sql["asset_kind"] = f"case {cases} else {sql.get('asset_kind', 'null')} end"
    columns = ", ".join(
        f"nullif(trim(cast({value} as varchar)), '') as {name}" for name, value in sql.items()
    )
    query = f"""
        select * exclude (unkeyed_row), min(source_row) as source_row,
            {literal(file.path)} as origin
        from (
            select {columns}, {own_symbol} as own_symbol, source_row,
                case when ({sql["symbol"]}) is null then source_row end as unkeyed_row
            from vendor {filter_sql(file, entry)}
        ) as mapped
        group by all
    """
    query = query.replace("* exclude (unkeyed_row)", "* exclude (unkeyed_row, source_row)")
    return select_rows(file, query, place=entry.place)


def _sector_rows(entry: Entry) -> list[pa.Table]:
    options: dict[str, Any] | None = entry.options.get("sectors")
    if not options:
        return []
    inherited = {"symbols": entry.options.get("symbols") or {}, **options}
    return _plain_rows(replace(entry, options=inherited, place=f"{entry.place}.sectors"))


def _with_sectors(file: VendorFile, rows: pa.Table, sectors: list[pa.Table]) -> pa.Table:
    """The rows with what the sector files say of their symbols where they say nothing."""
    if not sectors:
        return rows
    connection = file.connection
    connection.register("listed", rows)
    connection.register("sectors", pa.concat_tables(sectors, promote_options="default"))
    said = [name for name in sectors[0].column_names if name in raw_table("universe").columns]
    joined = [name for name in said if name != "symbol"]
    firsts = ", ".join(
        f"first({name} order by source_row) filter ({name} is not null) as {name}"
        for name in joined
    )
    own = [
        f"coalesce(listed.{name}, by_symbol.{name}) as {name}"
        if name in rows.column_names
        else f"by_symbol.{name}"
        for name in joined
    ]
    kept = [f"listed.{name}" for name in rows.column_names if name not in joined]
    return connection.sql(
        f"""
        with by_symbol as (select symbol, {firsts} from sectors group by symbol)
        select {", ".join(kept + own)}
        from listed left join by_symbol on listed.symbol = by_symbol.symbol
        """
    ).to_arrow_table()


_ATTRIBUTES = ("venue", "country", "currency", "sector", "name", "asset_kind")
_FIRSTS = ",\n".join(
    f"first({name} order by entry, source_row) filter ({name} is not null) as {name}"
    for name in _ATTRIBUTES
)
_UNIVERSE_SQL = f"""
with listed as (
    select
        symbol, asset_class, member_from, member_to, {_FIRSTS},
        first(source_row order by entry, source_row) as source_row,
        first(origin order by entry, source_row) as origin
    from listings
    group by symbol, asset_class, member_from, member_to,
        case when symbol is null then origin end, case when symbol is null then source_row end
),

listed_in_spells as (
    select
        listed.symbol, listed.asset_class,
        {", ".join(f"listed.{name}" for name in _ATTRIBUTES)},
        case when spells.symbol is null then listed.member_from else spells.member_from end
            as member_from,
        case when spells.symbol is null then listed.member_to else spells.member_to end
            as member_to,
        coalesce(spells.source_row, listed.source_row) as source_row,
        coalesce(spells.origin, listed.origin) as origin
    from listed
    left join spells
        on listed.symbol = spells.symbol
        and coalesce(spells.asset_class, listed.asset_class) is not distinct from listed.asset_class
),

unlisted_spells as (
    select
        spells.symbol, spells.asset_class,
        {", ".join(f"spells.{name}" for name in _ATTRIBUTES)},
        spells.member_from, spells.member_to, spells.source_row, spells.origin
    from spells
    where not exists (
        select 1 from listed
        where listed.symbol = spells.symbol
            and coalesce(spells.asset_class, listed.asset_class)
                is not distinct from listed.asset_class
    )
)

select * from listed_in_spells
union all by name
select * from unlisted_spells
"""
