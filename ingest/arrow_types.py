"""The rows of a batch in types that the engine can read."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import IngestError
from ingest.sources import Batch

_MICROSECONDS_PER_UNIT = {"s": 1_000_000, "ms": 1_000}


def readable_rows(connection: duckdb.DuckDBPyConnection, batch: Batch) -> pa.Table:
    """The rows of a batch, timestamps in microseconds; one that does not fit is a bad text.

    Raises
    ------
    IngestError : a column's type cannot be read.
    """
    rows = batch.rows
    for position, name in enumerate(rows.column_names):
        if pa.types.is_timestamp(rows.schema.field(name).type):
            rows = rows.set_column(position, name, _in_microseconds(rows[name]))
    if not _is_read(connection, rows.schema):
        unread = [field for field in rows.schema if not _is_read(connection, pa.schema([field]))]
        raise IngestError(
            f"{batch.origin}: the column {unread[0].name} for {batch.table} is of type "
            f"{unread[0].type}, which cannot be read. Give numbers as float64, dates as date32 and "
            "everything else as text."
        )
    return rows


def _in_microseconds(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    """In the engine's own unit: it stops for good at a moment of another that is out of range."""
    factor = _MICROSECONDS_PER_UNIT.get(moments.type.unit)
    if factor is None:
        return moments
    furthest = 2**63 // factor - 1
    numbers = moments.cast(pa.int64())
    fits = pc.and_(pc.less_equal(numbers, furthest), pc.greater_equal(numbers, -furthest))
    unit = pa.timestamp("us", moments.type.tz)
    if pc.all(fits, min_count=0).as_py():
        return moments.cast(unit)
    fitting = pc.if_else(fits, moments, None).cast(unit)
    return pc.coalesce(fitting.cast(pa.string()), numbers.cast(pa.string()))


def _is_read(connection: duckdb.DuckDBPyConnection, schema: pa.Schema) -> bool:
    try:
        connection.from_arrow(schema.empty_table())
    except duckdb.Error:
        return False
    return True
