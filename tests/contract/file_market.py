"""A market in files that a test writes, changes and lands again through the `files` source."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from tests.builds import Market, market

COLUMNS = {
    "universe": (
        "symbol",
        "asset_class",
        "venue",
        "country",
        "currency",
        "sector",
        "name",
        "asset_kind",
    ),
    "membership": ("symbol", "asset_class", "venue", "currency", "member_from", "member_to"),
    "prices": (
        "symbol",
        "bar_date",
        "open",
        "high",
        "low",
        "close",
        "volume",
        "currency",
        "price_basis",
    ),
    "corporate_actions": ("symbol", "ex_date", "action_type", "value", "currency"),
    "symbol_changes": ("old_symbol", "change_date", "new_symbol"),
    "fundamentals": (
        "symbol",
        "metric",
        "period_end_date",
        "frequency",
        "published_at",
        "value",
        "currency",
    ),
    "fx_rates": ("currency", "rate_date", "usd_per_unit"),
    "interest_rates": ("currency", "rate_date", "yield_ann", "quote_convention"),
}


def file_market(folder: Path, name: str, *tables: str) -> Market:
    """A dataset whose rows stand in `<table>.parquet` beside its file; nothing is written yet.

    Two scoring models, one linear and one of trees: tests of the models themselves fit all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = {
        table: [
            {
                "file": f"{folder}/{table}.parquet",
                "columns": {column: column for column in COLUMNS[table]},
            }
        ]
        for table in tables
    }
    path = folder / f"{name}.yml"
    settings = {
        "name": name,
        "description": "A market in files of a test.",
        "base_currency": "USD",
        "sources": [{"source": "files", **entries}],
        "vars": {"selected_models": ["ridge", "xgboost"]},
    }
    path.write_text(yaml.safe_dump(settings, sort_keys=False))
    return market(folder, path)


def write_rows(built: Market, table: str, rows: str) -> None:
    """Write the rows of a query as the file of a table; the query may read the file itself."""
    path = built.folder / f"{table}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table rows_to_write as {rows}")
        connection.execute(
            f"copy (select {', '.join(COLUMNS[table])} from rows_to_write) "
            f"to '{path}' (format parquet)"
        )


def query(path: Path, sql: str, *parameters: object) -> list[tuple]:
    """Rows of a work file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()
