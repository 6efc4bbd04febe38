"""A small part of each table as text, with three rows that cannot be typed or keyed."""

from __future__ import annotations

import pyarrow as pa

GOOD_ROWS = 27
UNUSABLE = {
    "universe": (("symbol", ""), ("member_from", "n/a"), ("asset_class", "bond")),
    "prices": (("symbol", ""), ("bar_date", "n/a"), ("close", "abc")),
    "corporate_actions": (("symbol", ""), ("ex_date", "n/a"), ("value", "abc")),
    "fundamentals": (("symbol", ""), ("period_end_date", "n/a"), ("value", "abc")),
    "fx_rates": (("currency", ""), ("rate_date", "n/a"), ("usd_per_unit", "abc")),
    "interest_rates": (("currency", ""), ("rate_date", "n/a"), ("yield_ann", "abc")),
}


def reject_reason(column: str, text: str) -> str:
    """The reason under which landing rejects a row with this text in this column."""
    if text == "":
        return f"missing_key:{column}"
    return f"bad_value:{column}" if column == "asset_class" else f"untyped:{column}"


def split_text_rows(table_name: str, table: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Part a table into its typed rows and a text table: its last rows, then three unusable ones.

    The good rows in the text table keep the unusable ones a tenth of it. A table with fewer rows
    stays whole, and its text table is empty.
    """
    if table.num_rows < GOOD_ROWS:
        return table, table.slice(0, 0)
    cut = table.num_rows - GOOD_ROWS
    text_schema = pa.schema([(name, pa.string()) for name in table.column_names])
    text = table.slice(cut).cast(text_schema)
    unusable = text.slice(0, len(UNUSABLE[table_name])).to_pylist()
    for row, (column, value) in zip(unusable, UNUSABLE[table_name], strict=True):
        row[column] = value
    return table.slice(0, cut), pa.concat_tables(
        [text, pa.Table.from_pylist(unusable, schema=text_schema)]
    )
