"""Quarters and years of flows: as filed, or as the difference of what is filed since year start."""

from __future__ import annotations

import polars as pl

from ingest.edgar_facts.known import changes

# Years of 52 or 53 weeks have quarters of 12 to 17 weeks.
QUARTER_DAYS = (80, 120)
YEAR_DAYS = (350, 380)
DERIVED = 1000


def quarters_and_years(flows: pl.DataFrame) -> pl.DataFrame:
    """The quarters and years among the flows as known, and the quarters that follow from them.

    Cash flow statements tell 3, 6, 9 and 12 months, and no filing has a fourth quarter: a quarter
    is what a span adds to the span with the same first day that ends a quarter earlier, known
    when both are. When either is restated, so is the quarter. A quarter that was filed itself
    counts before one that was derived.

    Parameters
    ----------
    flows : as `ingest.edgar_facts.known.known_items` returns them.

    Returns
    -------
    Columns metric, end, frequency, filed, value: a row for each filing date that changed a value.
    """
    spans = flows.with_columns(
        days=(pl.col("end") - pl.col("start")).dt.total_days().cast(pl.Int64) + 1
    )
    filed_quarters = spans.filter(pl.col("days").is_between(*QUARTER_DAYS)).select(
        "metric", "end", "filed", "value", rank=(pl.col("days") - 91).abs()
    )
    years = spans.filter(pl.col("days").is_between(*YEAR_DAYS)).select(
        "metric", "end", "filed", "value", rank=(pl.col("days") - 365).abs()
    )
    quarters = pl.concat([filed_quarters, _derived(spans)])
    return pl.concat(
        [
            _best_known(quarters).with_columns(frequency=pl.lit("quarter")),
            _best_known(years).with_columns(frequency=pl.lit("year")),
        ]
    ).select("metric", "end", "frequency", "filed", "value")


def _derived(spans: pl.DataFrame) -> pl.DataFrame:
    """Longer span less shorter one, at each filing of either from the first that knows both."""
    periods = spans.select("metric", "start", "end", "days").unique()
    pairs = (
        periods.filter(pl.col("days") <= YEAR_DAYS[1])
        .join(periods, on=["metric", "start"], suffix="_before")
        .filter((pl.col("end") - pl.col("end_before")).dt.total_days().is_between(*QUARTER_DAYS))
    )
    key = ["metric", "start", "end", "end_before", "days"]
    wholes = pairs.join(spans, on=["metric", "start", "end"]).select(
        *key, "filed", whole="value", before=pl.lit(None, pl.Float64)
    )
    parts = pairs.join(
        spans, left_on=["metric", "start", "end_before"], right_on=["metric", "start", "end"]
    ).select(*key, "filed", whole=pl.lit(None, pl.Float64), before="value")
    return (
        pl.concat([wholes, parts])
        .group_by(*key, "filed")
        .agg(pl.col("whole", "before").drop_nulls().first())
        .sort(*key, "filed")
        .with_columns(pl.col("whole", "before").forward_fill().over(key))
        .drop_nulls(["whole", "before"])
        .select(
            "metric",
            "end",
            "filed",
            value=pl.col("whole") - pl.col("before"),
            rank=pl.col("days") + DERIVED,
        )
    )


def _best_known(rows: pl.DataFrame) -> pl.DataFrame:
    """Of the spans that end on one day, at each filing the lowest rank that is known by then."""
    by = ("metric", "end")
    best = pl.col("rank").cum_min().over(*by)
    known = rows.sort(*by, "filed", "rank").filter(pl.col("rank") == best)
    known = known.unique([*by, "filed"], keep="first", maintain_order=True)
    return changes(known, by=by).select(*by, "filed", "value")
