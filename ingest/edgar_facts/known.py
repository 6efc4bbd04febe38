"""Statement items as known at each filing: the formulas on the newest facts filed by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ingest.edgar_facts.metrics import Formula, Tags

PERIOD = ("start", "end")


def known_items(facts: pl.DataFrame, metrics: Mapping[str, Sequence[Formula]]) -> pl.DataFrame:
    """Each item's value for each period, with a row for each filing date that changed it.

    A fact stays known until a later filing gives it anew. So a filing that leaves out part of an
    old period, as comparatives do, changes nothing, and one that repeats a value has no row.

    Returns
    -------
    Columns metric, start, end, filed, value; ordered by them.
    """
    parts = _parts(metrics)
    wide = _newest_facts(facts, parts)
    items = wide.select(
        *PERIOD,
        "filed",
        *(_first_known(formulas, parts).alias(metric) for metric, formulas in metrics.items()),
    )
    long = items.unpivot(index=[*PERIOD, "filed"], variable_name="metric").drop_nulls("value")
    return changes(long, by=("metric", *PERIOD)).select("metric", *PERIOD, "filed", "value")


def changes(rows: pl.DataFrame, *, by: Sequence[str]) -> pl.DataFrame:
    """The rows in the order of ``filed`` whose value is not that of the row before."""
    rows = rows.sort(*by, "filed")
    before = pl.col("value").shift(1).over(*by)
    return rows.filter(pl.col("value").ne_missing(before))


def _parts(metrics: Mapping[str, Sequence[Formula]]) -> dict[Tags, str]:
    """A column name for each part of the formulas."""
    formulas = [formula for alternatives in metrics.values() for formula in alternatives]
    found = dict.fromkeys(part for formula in formulas for part in formula.parts)
    return {part: f"part_{number}" for number, part in enumerate(found)}


def _newest_facts(facts: pl.DataFrame, parts: Mapping[Tags, str]) -> pl.DataFrame:
    """One row per period and filing date, one column per part: its newest value by then."""
    tags = pl.DataFrame(
        [(tag, name, order) for part, name in parts.items() for order, tag in enumerate(part)],
        schema=["tag", "part", "preference"],
        orient="row",
    )
    key = [*PERIOD, "filed", "part"]
    chosen = (
        facts.join(tags, on="tag")
        # On one day the amendment is the last word.
        .sort("preference", ~pl.col("form").str.ends_with("/A"), "accession", "value")
        .unique(key, keep="first", maintain_order=True)
    )
    columns = [
        pl.col("value").filter(pl.col("part") == name).first().alias(name)
        for name in parts.values()
    ]
    return (
        chosen.group_by(*PERIOD, "filed")
        .agg(columns)
        .sort(*PERIOD, "filed")
        .with_columns(pl.col(*parts.values()).forward_fill().over(*PERIOD))
    )


def _first_known(formulas: Sequence[Formula], parts: Mapping[Tags, str]) -> pl.Expr:
    return pl.coalesce([_value(formula, parts) for formula in formulas])


def _value(formula: Formula, parts: Mapping[Tags, str]) -> pl.Expr:
    """Null where a part that has to be known is not."""
    value = pl.sum_horizontal([pl.col(parts[part]) for part in formula.plus], ignore_nulls=False)
    for part in formula.minus:
        value = value - pl.col(parts[part])
    for part in formula.minus_if_given:
        value = value - pl.col(parts[part]).fill_null(0)
    return value
