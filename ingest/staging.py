"""Types one batch: rows that can be typed and keyed go on, the others are set aside with a reason.

Temporary tables of the connection: ``staged_<table>`` (canonical columns typed, plus batch_id and
source_row) and ``rejected`` (the columns of ``raw.rejects``, plus batch_id and bad_value).
"""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa

from ingest.arrow_types import readable_rows
from ingest.errors import IngestError
from ingest.sources import Batch
from ingest.tables import ALLOWED_VALUES, RawTable, literal, quoted, raw_table, raw_tables

_DEFAULT_KIND = "case typed_asset_class when 'equity' then 'stock' when 'crypto' then 'coin' end"


def create_staging(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty staging tables on the connection."""
    for table in raw_tables().values():
        columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
        connection.execute(
            f"create or replace temp table staged_{table.name} "
            f"({columns}, batch_id integer, source_row bigint)"
        )
    connection.execute(
        "create or replace temp table rejected (table_name varchar, reason varchar, "
        "row_json varchar, source_file varchar, source_row bigint, batch_id integer, "
        "bad_value varchar)"
    )


def stage_batch(connection: duckdb.DuckDBPyConnection, batch: Batch, *, batch_id: int) -> None:
    """Append a batch to its staging table, and what cannot be typed or keyed to ``rejected``.

    Raises
    ------
    IngestError : the batch has an unknown column, one that stands twice or whose type cannot be
        read, or lacks one that may not be empty.
    """
    table = raw_table(batch.table)
    _check_columns(table, batch)
    rows = readable_rows(connection, batch)
    connection.register("incoming_batch", rows)
    typed = _typed_sql(table, rows.schema)
    columns = ", ".join(f"typed_{column} as {column}" for column in table.columns)
    given = [name for name in rows.column_names if name != "source_row"]
    fields = ", ".join(f"{quoted(name)} := cast({quoted(name)} as varchar)" for name in given)
    n_staged = connection.execute(
        f"insert into staged_{table.name} select {columns}, {batch_id} as batch_id, source_row "
        f"from ({typed}) as typed where reason is null"
    ).fetchall()[0][0]
    if n_staged < rows.num_rows:
        connection.execute(
            f"""
            insert into rejected
            select
                {literal(table.name)} as table_name,
                reason,
                cast(to_json(struct_pack({fields})) as varchar) as row_json,
                {literal(batch.origin)} as source_file,
                source_row,
                {batch_id} as batch_id,
                bad_value
            from ({typed}) as typed
            where reason is not null
            """
        )
    connection.unregister("incoming_batch")


def _check_columns(table: RawTable, batch: Batch) -> None:
    given = set(batch.rows.column_names)
    unknown = sorted(given - set(table.columns) - {"source_row"})
    if unknown:
        raise IngestError(
            f"{batch.origin}: {table.name} has no column {unknown[0]!r}. "
            f"It has: {', '.join(table.columns)}."
        )
    twice = sorted(name for name in given if batch.rows.column_names.count(name) > 1)
    if twice:
        raise IngestError(f"{batch.origin}: the column {twice[0]} of {table.name} stands twice.")
    missing = [column for column in table.required if column not in given]
    if missing:
        raise IngestError(
            f"{batch.origin}: {table.name} lacks {', '.join(missing)}, which may not be empty. "
            f"Given are: {', '.join(sorted(given))}. Add it under `columns:` or `constants:`."
        )


def _typed_sql(table: RawTable, schema: pa.Schema) -> str:
    """The batch with a typed_<column> for each canonical column, a reason and the bad value."""
    typed, reasons, bad_values = [], [], []
    for column, kind in table.columns.items():
        given = schema.field(column).type if column in schema.names else None
        text = _text_sql(column, given)
        typed.append(f"{_cast_sql(column, kind, given)} as typed_{column}")
        typed.append(f"{text} as text_{column}")
        for condition, reason in _reasons(table, column, kind, given):
            reasons.append(f"when {condition} then '{reason}'")
            bad_values.append(f"when {condition} then text_{column}")
    if table.name == "symbol_changes":
        reasons.append("when typed_new_symbol = typed_old_symbol then 'same_symbol'")
        bad_values.append("when typed_new_symbol = typed_old_symbol then text_new_symbol")
    source_row = "source_row" if "source_row" in schema.names else "null"
    given_columns = ", ".join(quoted(name) for name in schema.names if name != "source_row")
    return f"""
        select
            *,
            case {" ".join(reasons)} end as reason,
            case {" ".join(bad_values)} end as bad_value
        from (
            select {given_columns}, cast({source_row} as bigint) as source_row, {", ".join(typed)}
            from incoming_batch
        ) as incoming
    """


def _reasons(
    table: RawTable, column: str, kind: str, given: pa.DataType | None
) -> list[tuple[str, str]]:
    found = []
    empty = f"{_value_sql(column, given)} is null"
    if column in table.required:
        found.append((empty, f"missing_key:{column}"))
    if kind != "VARCHAR" and not (kind == "DOUBLE" and given and pa.types.is_float64(given)):
        found.append((f"typed_{column} is null and not {empty}", f"untyped:{column}"))
    if column in ALLOWED_VALUES:
        allowed = ", ".join(literal(value) for value in ALLOWED_VALUES[column])
        found.append((f"typed_{column} not in ({allowed})", f"bad_value:{column}"))
    if column == "venue":
        venues = ", ".join(literal(venue) for venue in known_venues())
        found.append((f"typed_venue not in ({venues})", "unknown_venue"))
    return found


@cache
def known_venues() -> tuple[str, ...]:
    """The calendars of exchange_calendars, 24/7 among them."""
    from exchange_calendars import get_calendar_names  # slow to import: only when rows are staged

    return tuple(sorted({*get_calendar_names(include_aliases=True), "24/7"}))


def _value_sql(column: str, given: pa.DataType | None) -> str:
    """What is NULL where the value is empty: to write every number as text would take long."""
    is_named = given is not None and not pa.types.is_null(given) and not _is_text(given)
    return f"incoming.{quoted(column)}" if is_named else f"text_{column}"


def _is_text(given: pa.DataType) -> bool:
    if pa.types.is_dictionary(given):
        given = given.value_type
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(is_kind(given) for is_kind in kinds)


def _text_sql(column: str, given: pa.DataType | None) -> str:
    """The value as text, NULL where it is empty."""
    if given is None or pa.types.is_null(given):
        return "cast(null as varchar)"
    text = f"cast({quoted(column)} as varchar)"
    return f"nullif(trim({text}), '')" if _is_text(given) else text


def _cast_sql(column: str, kind: str, given: pa.DataType | None) -> str:
    """The value as its SQL type, NULL where that cannot be."""
    text = _text_sql(column, given)
    if given is None or pa.types.is_null(given) or kind == "VARCHAR":
        cast = f"cast({text} as {kind})"
        return f"coalesce({cast}, {_DEFAULT_KIND})" if column == "asset_kind" else cast
    name = quoted(column)
    if kind == "DOUBLE":
        return f"try_cast({text if _is_text(given) else name} as double)"
    if kind == "DATE":
        is_temporal = pa.types.is_date(given) or pa.types.is_timestamp(given)
        return _four_digit_year(f"try_cast({name if is_temporal else text} as date)", "date")
    if pa.types.is_timestamp(given):
        moment = f"{name} at time zone 'UTC'" if given.tz else f"cast({name} as timestamp)"
        return _four_digit_year(moment, "timestamp")
    if pa.types.is_date(given):
        return _end_of_day(name)
    moment = f"try_cast({text} as timestamptz) at time zone 'UTC'"
    return (
        rf"case when regexp_full_match({text}, '\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}') "
        f"then {_end_of_day(f'try_cast({text} as date)')} "
        f"else {_four_digit_year(moment, 'timestamp')} end"
    )


def _end_of_day(day: str) -> str:
    """A date without a time counts from the end of that UTC day."""
    day = _four_digit_year(day, "date")
    return f"(cast({day} as timestamp) + interval 1 day - interval 1 microsecond)"


def _four_digit_year(moment: str, kind: str) -> str:
    """Infinity is no date, nor is a year that calendars and clients cannot read."""
    first, last = f"{kind} '0001-01-01'", f"{kind} '9999-12-31 23:59:59.999999'"
    return f"case when {moment} between {first} and {last} then {moment} end"
