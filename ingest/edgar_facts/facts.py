"""Reads the company facts document of the SEC into one frame of the facts that are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from ingest.edgar_facts.metrics import (
    BALANCE_SHARES,
    COVER_SHARES,
    FLOWS,
    STOCKS,
    tags_of,
)

# Annual, quarterly and current reports and their amendments, foreign companies' too. A current
# report with statements (8-K) recasts earlier ones, and is public the day it is filed. Proxy
# statements repeat net income in rounded millions, prospectuses show companies before a merger:
# taken for restatements, both would put wrong numbers in.
FORMS = r"^(10-K|10-Q|20-F|40-F|6-K|8-K)"
CURRENCY = r"^[A-Z]{3}$"
SCHEMA = {
    "tag": pl.String,
    "unit": pl.String,
    "start": pl.String,
    "end": pl.String,
    "value": pl.Float64,
    "accession": pl.String,
    "form": pl.String,
    "filed": pl.String,
}


def read_facts(document: Mapping[str, Any]) -> pl.DataFrame:
    """One row per fact and filing of the tags that are needed.

    Facts without a value, a filing date or a period, and those filed before their period ended,
    are no facts. Of money, only the main currency of its filing is kept: others are translations.

    Returns
    -------
    Columns tag, unit, start (null for a day's value), end, value, accession, form, filed (dates).
    """
    rows = list(_rows(document))
    facts = pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=False)
    facts = facts.with_columns(
        pl.col("start", "end", "filed").str.to_date("%Y-%m-%d", strict=False)
    )
    facts = facts.filter(
        pl.col("value").is_finite(),
        pl.col("end") <= pl.col("filed"),
        pl.col("start").is_null() | (pl.col("start") <= pl.col("end")),
        pl.col("form").str.contains(FORMS),
    )
    shares = facts.filter(pl.col("unit") == "shares")
    money = facts.filter(pl.col("unit").str.contains(CURRENCY))
    return pl.concat([shares, money.join(_main_currencies(money), on=["accession", "unit"])])


def _main_currencies(money: pl.DataFrame) -> pl.DataFrame:
    """The currency of most facts of each filing."""
    counts = money.group_by("accession", "unit").len()
    ordered = counts.sort("len", pl.col("unit") == "USD", "unit", descending=[True, True, False])
    return ordered.unique("accession", keep="first", maintain_order=True).drop("len")


def taxonomies(document: Mapping[str, Any]) -> list[str]:
    """The taxonomies that a company reports in, the cover page's apart."""
    return sorted(name for name in document["facts"] if name not in ("dei", "srt", "invest"))


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    wanted = {
        "dei": frozenset({COVER_SHARES}),
        "us-gaap": tags_of(FLOWS) | tags_of(STOCKS) | {BALANCE_SHARES},
    }
    for taxonomy, tags in wanted.items():
        given = document["facts"].get(taxonomy) or {}
        for tag in sorted(tags & given.keys()):
            for unit, entries in (given[tag].get("units") or {}).items():
                for entry in entries:
                    value = entry.get("val")
                    yield (
                        tag,
                        unit,
                        entry.get("start"),
                        entry.get("end"),
                        float(value) if isinstance(value, int | float) else None,
                        entry.get("accn"),
                        entry.get("form"),
                        entry.get("filed"),
                    )
