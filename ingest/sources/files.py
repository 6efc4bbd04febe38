"""Any vendor's CSV or Parquet files, mapped to canonical columns by the dataset file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from ingest.entries import Entry, canonical_sql, filter_sql, mapped_rows
from ingest.errors import DatasetError
from ingest.mapping import select_rows, value_sql
from ingest.sources import Batch, Job
from ingest.tables import COUNT_METRICS, literal, raw_table
from ingest.universe import universe_batches
from ingest.vendor_file import VendorFile

PLAIN_TABLES = ("corporate_actions", "symbol_changes", "prices", "fx_rates", "interest_rates")
STATEMENT_COLUMNS = ("symbol", "period_end_date")


def fetch(job: Job) -> Iterator[Batch]:
    """Read and map the files of a ``files`` source.

    Its options are lists of entries under prices, fundamentals, market_caps, universe, membership,
    corporate_actions, symbol_changes, fx_rates and interest_rates. Files are read whole: landing
    leaves out what lies outside the dates, after it has un-adjusted the bars with all splits.

    Raises
    ------
    DatasetError, VendorFileError : an entry, or a file it names, cannot be used.
    """
    listings, memberships = (_entries(job, key) for key in ("universe", "membership"))
    for entry in listings:
        entry.require(raw_table("universe").required)
    for entry in memberships:
        entry.require(("symbol", "member_from", *raw_table("universe").required[1:]))
    if listings or memberships:
        yield from universe_batches(listings, memberships)
    for table in PLAIN_TABLES:
        for entry in _entries(job, table):
            yield from _plain_batches(entry, table)
    for entry in _entries(job, "fundamentals"):
        yield from _fundamental_batches(entry)
    for entry in _entries(job, "market_caps"):
        yield from _market_cap_batches(entry)


def _entries(job: Job, key: str) -> list[Entry]:
    return [
        Entry(entry, f"{key}[{number}]", job.dataset.path)
        for number, entry in enumerate(job.options.get(key) or [])
    ]


def _plain_batches(entry: Entry, table: str) -> Iterator[Batch]:
    entry.require(raw_table(table).required + (("close",) if table == "prices" else ()))
    for file in entry.open_files():
        rows = _not_empty(mapped_rows(file, entry, raw_table(table)), file)
        yield Batch(table, rows, str(file.path))


def _fundamental_batches(entry: Entry) -> Iterator[Batch]:
    columns = entry.options["columns"]
    is_long = entry.options.get("form", "long" if "value" in columns else "wide") == "long"
    if is_long:
        entry.require((*STATEMENT_COLUMNS, "frequency", "metric", "value"))
    else:
        entry.require((*STATEMENT_COLUMNS, "frequency"))
        if not entry.options.get("metrics") or "metric" in columns or "value" in columns:
            raise DatasetError(
                f"{entry.dataset}: {entry.place} is wide: it needs `metrics: {{book_equity: "
                "<column or SQL>, ...}`, and no metric or value under `columns:` (those are for "
                "form: long)."
            )
    for file in entry.open_files():
        query = _long_sql(file, entry) if is_long else _wide_sql(file, entry)
        rows = select_rows(file, f"{query} order by source_row, metric", place=entry.place)
        yield Batch("fundamentals", _not_empty(rows, file), str(file.path))


def _market_cap_batches(entry: Entry) -> Iterator[Batch]:
    entry.require((*STATEMENT_COLUMNS, "value"))
    constants = {"metric": "market_cap", **(entry.options.get("constants") or {})}
    options = {"frequency": "day", **entry.options, "constants": constants, "form": "long"}
    yield from _fundamental_batches(Entry(options, entry.place, entry.dataset))


def _long_sql(file: VendorFile, entry: Entry) -> str:
    sql = canonical_sql(file, entry, raw_table("fundamentals").columns)
    vendor_names: Mapping[str, str] = entry.options.get("metrics") or {}
    if vendor_names:
        given = f"trim(cast({sql['metric']} as varchar))"
        cases = " ".join(
            f"when {literal(vendor)} then {literal(metric)}"
            for metric, vendor in vendor_names.items()
        )
        sql["metric"] = f"case {given} {cases} end"
    picked = "where metric is not null" if vendor_names else ""
    inner = _fundamentals_select(file, entry, sql)
    return f"select * from ({inner}) as long_rows {picked}"


def _wide_sql(file: VendorFile, entry: Entry) -> str:
    """One select per metric; an empty cell is no row."""
    common = canonical_sql(file, entry, raw_table("fundamentals").columns)
    selects = []
    for metric, expression in entry.options["metrics"].items():
        place = f"{entry.place}.metrics.{metric}"
        value = value_sql(file, str(expression), "DOUBLE", place=place)
        selects.append(
            _fundamentals_select(file, entry, {**common, "metric": literal(metric), "value": value})
        )
    return f"select * from ({' union all '.join(selects)}) as wide where value is not null"


def _fundamentals_select(file: VendorFile, entry: Entry, sql: dict[str, str]) -> str:
    """Counts have no currency."""
    if "currency" in sql:
        counts = ", ".join(map(literal, COUNT_METRICS))
        currency = f"case when {sql['metric']} not in ({counts}) then {sql['currency']} end"
        sql = {**sql, "currency": currency}
    columns = ", ".join(f"{value} as {name}" for name, value in sql.items())
    return f"select {columns}, source_row from vendor {filter_sql(file, entry)}"


def _not_empty(rows: pa.Table, file: VendorFile) -> pa.Table:
    if rows.num_rows == 0:
        raise DatasetError(f"{file.path}: `where:` or `metrics:` leaves no row of it.")
    return rows
