"""Quantiles of factor_legs against pandas.qcut, on cross-sections of any size and with any ties."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builds import Market
from tests.compiled import model_sql

FIRST = datetime.date(2020, 1, 1)
SECTIONS = st.lists(
    st.lists(st.integers(min_value=0, max_value=200), min_size=1, max_size=80), max_size=12
)


@pytest.fixture(scope="module")
def legs(small_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    """Empty tables that factor_legs reads, and the model itself as a view on them."""
    connection = duckdb.connect()
    connection.execute("""
        create schema factors;
        create table factors.factor_registry as
            select 'size' as factor, 'equity' as asset_class, -1 as direction;
        create table factors.factor_dates (
            as_of_date date, asset_class varchar, is_month_end boolean
        );
        create table factors.factor_values (
            as_of_date date, symbol varchar, asset_class varchar, factor varchar,
            raw_value double, rank_pct double
        );
    """)
    connection.execute(f"create view legs as {model_sql(small_market, 'factor_legs')}")
    yield connection
    connection.close()


@given(SECTIONS)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_quantiles_are_those_of_qcut(legs, sections):
    rows = [
        (FIRST + datetime.timedelta(day), f"N{place:03d}", value, value / 256)
        for day, section in enumerate(sections)
        for place, value in enumerate(section)
    ]
    frame = pd.DataFrame(rows, columns=["as_of_date", "symbol", "raw_value", "rank_pct"])
    legs.execute("truncate factors.factor_values; truncate factors.factor_dates")
    if len(frame):
        legs.execute(
            "insert into factors.factor_values "
            "select as_of_date, symbol, 'equity', 'size', raw_value, rank_pct from frame"
        )
    legs.execute(
        "insert into factors.factor_dates "
        "select distinct as_of_date, 'equity', true from factors.factor_values"
    )
    found = legs.execute(
        "select as_of_date, quantile from legs order by as_of_date, symbol"
    ).fetchall()
    for day, section in enumerate(sections):
        ours = [quantile for date, quantile in found if (date - FIRST).days == day]
        directed = -(np.array(section) / 256 - 0.5)
        edges = np.quantile(directed, np.linspace(0, 1, 6))
        if len(set(edges)) == 6:
            theirs = pd.qcut(directed, 5, labels=False) + 1
        else:  # refused by qcut; its rule says the lowest of the quantiles that share an edge
            theirs = [max(1, int((edges < value).sum())) for value in directed]
        assert ours == list(theirs)
