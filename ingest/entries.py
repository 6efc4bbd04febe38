"""One entry of a ``files`` source (file, columns, constants, ...) as canonical columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingest.errors import DatasetError
from ingest.mapping import date_sql, select_rows, symbol_sql, value_sql, where_sql
from ingest.tables import RawTable, literal
from ingest.vendor_file import VendorFile, open_vendor_file, vendor_paths

ENTRY_CONSTANTS = ("currency", "price_basis", "frequency", "quote_convention")
SYMBOL_COLUMNS = {"symbol", "old_symbol", "new_symbol"}


@dataclass(frozen=True)
class Entry:
    """An entry and where it stands.

    Attributes
    ----------
    options : its keys and values.
    place : its address in the dataset file, such as ``prices[0]``.
    dataset : the dataset file, whose folder relative paths start at.
    """

    options: Mapping[str, Any]
    place: str
    dataset: Path

    def open_files(self) -> Iterator[VendorFile]:
        """The files of the entry, one at a time; each is closed when the next is asked for."""
        for path in vendor_paths(self.options["file"], self.dataset.parent):
            file = open_vendor_file(
                path,
                encoding=self.options.get("encoding", "utf-8"),
                missing_values=self.options.get("missing_values") or (),
            )
            yield file
            file.connection.close()

    def given(self) -> dict[str, str]:
        """The canonical columns that the entry gives, each with the key that gives it.

        Raises
        ------
        DatasetError : one is given twice.
        """
        found: dict[str, str] = {}
        constants = self.options.get("constants") or {}
        shorthand = [key for key in ENTRY_CONSTANTS if key in self.options]
        for key, names in (
            ("columns", self.options.get("columns") or {}),
            ("constants", constants),
            ("", shorthand),
        ):
            for name in names:
                address = f"{key}.{name}" if key else name
                if name in found:
                    raise DatasetError(
                        f"{self.dataset}: {self.place} gives {name} twice, by {found[name]} and by "
                        f"{address}. Keep one."
                    )
                found[name] = address
        return found

    def require(self, names: tuple[str, ...]) -> None:
        """Raise a DatasetError that says which of these canonical columns the entry lacks."""
        missing = [name for name in names if name not in self.given()]
        if missing:
            raise DatasetError(
                f"{self.dataset}: {self.place} does not say what {', '.join(missing)} is. Map it "
                f"under `columns:`, or write one value for all rows under `constants:`."
            )


def canonical_sql(file: VendorFile, entry: Entry, kinds: Mapping[str, str]) -> dict[str, str]:
    """SQL over the table ``vendor`` for each canonical column that the entry gives.

    Parameters
    ----------
    kinds : canonical column to SQL type.
    """
    options, sql = entry.options, {}
    for name, expression in (options.get("columns") or {}).items():
        place = f"{entry.place}.columns.{name}"
        value = value_sql(file, str(expression), kinds[name], place=place)
        if kinds[name] in ("DATE", "TIMESTAMP"):
            value = date_sql(file, value, options.get("date_format"))
        sql[name] = value
    for name, constant in (options.get("constants") or {}).items():
        sql[name] = literal(constant)
    for name in ENTRY_CONSTANTS:
        if name in options:
            sql[name] = literal(options[name])
    for name in sql.keys() & SYMBOL_COLUMNS:
        sql[name] = symbol_sql(sql[name], options.get("symbols") or {})
    return sql


def filter_sql(file: VendorFile, entry: Entry) -> str:
    """The entry's ``where`` as a clause over the table ``vendor``, empty where it has none."""
    predicate = entry.options.get("where")
    if not predicate:
        return ""
    return f"where {where_sql(file, predicate, place=f'{entry.place}.where')}"


def mapped_rows(file: VendorFile, entry: Entry, table: RawTable) -> pa.Table:
    """All rows of the file as columns of a raw table, plus source_row."""
    sql = canonical_sql(file, entry, table.columns)
    columns = ", ".join(f"{value} as {name}" for name, value in sql.items())
    query = (
        f"select {columns}, source_row from vendor {filter_sql(file, entry)} order by source_row"
    )
    return select_rows(file, query, place=entry.place)
