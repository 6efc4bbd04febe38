"""The raw tables as landing sees them: columns from the DDL, plus keys and allowed values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.errors import IngestError
from warehouse.files import connect_memory

RAW_SCHEMA = Path(__file__).resolve().parent / "raw_schema.sql"
WRITTEN_BY_LANDING = ("occurrence", "source", "load_id", "observed_at")
KEYS = {
    "universe": ("symbol",),
    "prices": ("symbol", "bar_date"),
    "corporate_actions": ("symbol", "ex_date", "action_type"),
    "fundamentals": ("symbol", "metric", "period_end_date", "frequency", "published_at"),
    "fx_rates": ("currency", "rate_date"),
    "interest_rates": ("currency", "rate_date"),
    "symbol_changes": ("old_symbol", "change_date"),
}
ALLOWED_VALUES = {
    "asset_class": ("equity", "crypto"),
    "asset_kind": ("stock", "etf", "coin", "stablecoin", "wrapped", "index"),
    "price_basis": ("as_traded", "split_adjusted", "total_return"),
    "action_type": ("split", "cash_dividend", "delisting"),
    "frequency": ("quarter", "year", "day"),
    "quote_convention": ("effective_annual", "bank_discount"),
}
COUNT_METRICS = ("shares_outstanding", "active_addresses", "supply")


@dataclass(frozen=True)
class RawTable:
    """A raw table that sources fill.

    Attributes
    ----------
    columns : canonical column to SQL type (VARCHAR, DATE, DOUBLE or TIMESTAMP), in table order,
        without those that landing writes.
    required : the columns that may not be empty.
    key : the unit of a version: the rows of one key in one load replace those of older loads.
    """

    name: str
    columns: dict[str, str]
    required: tuple[str, ...]
    key: tuple[str, ...]


@cache
def raw_tables() -> dict[str, RawTable]:
    """The tables sources fill, by name, read from ``raw_schema.sql``."""
    connection = connect_memory()
    connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
    rows = connection.execute(
        """
        select table_name, column_name, data_type, is_nullable
        from duckdb_columns()
        where schema_name = 'raw'
        order by table_name, column_index
        """
    ).fetchall()
    connection.close()
    tables = {}
    for name, key in KEYS.items():
        own = [row for row in rows if row[0] == name and row[1] not in WRITTEN_BY_LANDING]
        tables[name] = RawTable(
            name=name,
            columns={column: data_type for _, column, data_type, _ in own},
            required=tuple(column for _, column, _, is_nullable in own if not is_nullable),
            key=key,
        )
    return tables


def raw_table(name: str) -> RawTable:
    """One of `raw_tables`.

    Raises
    ------
    IngestError : sources fill no such table.
    """
    if name not in KEYS:
        raise IngestError(f"There is no raw table {name!r}. Sources fill: {', '.join(KEYS)}.")
    return raw_tables()[name]


def quoted(name: str) -> str:
    """An SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """An SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"
