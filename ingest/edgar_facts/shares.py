"""Shares outstanding: from the cover page, else from the balance sheet."""

from __future__ import annotations

import polars as pl

from ingest.edgar_facts.known import changes
from ingest.edgar_facts.metrics import BALANCE_SHARES, COVER_SHARES

REPORTS = r"^10-[KQ]"
MAX_AGE_DAYS = 200


def shares_outstanding(facts: pl.DataFrame) -> pl.DataFrame:
    """The count of each report, on the day that it is of.

    The cover page counts on a day shortly before the filing. A report without such a count (a
    company with several classes of shares gives one for each, which company facts leave out) has
    one of its last balance sheet day. That one is dated by its filing: after a split, a
    report restates the balance sheet's count, so its number is in shares of the filing day.

    Returns
    -------
    Columns metric, end, frequency, filed, value: a row for each filing date that changed a value.
    """
    counts = facts.filter(pl.col("unit") == "shares", pl.col("value") > 0)
    cover = counts.filter(pl.col("tag") == COVER_SHARES)
    balance = (
        counts.filter(
            pl.col("tag") == BALANCE_SHARES,
            pl.col("form").str.contains(REPORTS),
            (pl.col("filed") - pl.col("end")).dt.total_days() <= MAX_AGE_DAYS,
        )
        .join(cover, on="accession", how="anti")
        .sort("end")
        .unique("accession", keep="last", maintain_order=True)
        .with_columns(end=pl.col("filed"))
    )
    known = (
        pl.concat([cover, balance])
        .sort("end", "filed", pl.col("form").str.ends_with("/A"), "accession", "value")
        .unique(["end", "filed"], keep="last", maintain_order=True)
    )
    return changes(known, by=("end",)).select(
        "end",
        "filed",
        "value",
        metric=pl.lit("shares_outstanding"),
        frequency=pl.lit("quarter"),
    )
