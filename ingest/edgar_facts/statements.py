"""A company's facts as rows of ``raw.fundamentals``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from ingest.edgar_facts.facts import read_facts
from ingest.edgar_facts.known import known_items
from ingest.edgar_facts.metrics import FLOWS, STOCKS
from ingest.edgar_facts.quarters import quarters_and_years
from ingest.edgar_facts.shares import shares_outstanding

ITEM = ("metric", "end", "frequency", "filed", "value", "currency")
COLUMNS = ("metric", "period_end_date", "frequency", "published_at", "value", "currency")


def statement_rows(document: Mapping[str, Any]) -> pl.DataFrame:
    """Statement items as first reported, and once more for each filing that changed them.

    Returns
    -------
    The columns of ``raw.fundamentals`` without the symbol; ``published_at`` is the filing date.
    """
    facts = read_facts(document)
    shares = shares_outstanding(facts).with_columns(currency=pl.lit(None, pl.String))
    # A company that changes its currency restates some earlier periods in the new one.
    money = facts.filter(pl.col("unit") != "shares").partition_by("unit", maintain_order=True)
    rows = pl.concat([shares.select(ITEM), *(_items(own).select(ITEM) for own in money)])
    return rows.rename({"end": "period_end_date", "filed": "published_at"}).sort(COLUMNS)


def _items(facts: pl.DataFrame) -> pl.DataFrame:
    """Items of facts in one currency; a day's value is of the quarter that ends on it."""
    has_span = pl.col("start").is_not_null()
    flows = quarters_and_years(known_items(facts.filter(has_span), FLOWS))
    stocks = known_items(facts.filter(~has_span), STOCKS).with_columns(frequency=pl.lit("quarter"))
    items = pl.concat([flows, stocks.select(flows.columns)])
    return items.with_columns(currency=pl.lit(facts["unit"][0]))
