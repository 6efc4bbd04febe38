"""statement_versions against a walk from announcement to announcement, on histories of filings."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builds import Market
from tests.compiled import model_sql
from tests.two_roads.inputs import variables

FIRST = datetime.date(2005, 3, 31)
COLUMNS = [
    "symbol", "metric", "frequency", "period_end_date", "known_on_date", "value", "currency",
    "load_id",
]  # fmt: skip
FILINGS = st.lists(
    st.tuples(
        st.sampled_from([91] * 8 + [1, 15, 28, 31, 60, 76, 77, 182, 364, 371, 900]),  # gap
        st.sampled_from([45] * 8 + [90, 200, 500, 2500]),  # days until it is filed
        st.lists(st.sampled_from([0, 30, 365, 1400]), max_size=2),  # until restated
    ),
    min_size=1,
    max_size=14,
)
COMPANIES = st.lists(st.tuples(FILINGS, FILINGS), min_size=1, max_size=6)


class Version(NamedTuple):
    """A value of a period, its period's end, and the day from which it was known."""

    known_on: datetime.date
    load_id: int
    minus_value: float
    period_end: datetime.date


@pytest.fixture(scope="module")
def versions(small_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty table that statement_versions reads, and the model itself as a view on it."""
    connection = duckdb.connect()
    connection.execute("""
        create schema staging;
        create table staging.stg_raw__fundamentals (
            symbol varchar, metric varchar, frequency varchar, period_end_date date,
            known_on_date date, value double, currency varchar, load_id bigint
        );
    """)
    sql = model_sql(small_market, "statement_versions")
    connection.execute(f"create view statement_versions as {sql}")
    yield connection
    connection.close()


@given(COMPANIES)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_versions_are_those_known_at_each_announcement(versions, companies):
    histories = {
        (f"S{no}", frequency): filed(filings)
        for no, pair in enumerate(companies)
        for frequency, filings in zip(("quarter", "year"), pair, strict=True)
    }
    frame = pd.DataFrame(
        [
            (symbol, "revenue", frequency, item.period_end, item.known_on, -item.minus_value,
             "USD", item.load_id)
            for (symbol, frequency), history in histories.items()
            for item in history
        ],
        columns=COLUMNS,
    )  # fmt: skip
    assert len(frame)
    versions.execute("truncate staging.stg_raw__fundamentals")
    versions.execute("insert into staging.stg_raw__fundamentals select * from frame")
    found = versions.execute(
        "select symbol, known_from, frequency, period_end_date, period_rank, is_year_ago, "
        "period_value from statement_versions"
    ).fetchall()
    assert sorted(found, key=str) == sorted(walked(histories), key=str)


def filed(filings: list[tuple[int, int, list[int]]]) -> list[Version]:
    """The versions of a company's periods, each with a value of its own."""
    history = []
    end = FIRST
    for gap, delay, restated in filings:
        end += datetime.timedelta(gap)
        known_on = end + datetime.timedelta(delay)
        history.append(Version(known_on, 1, -float(len(history)), end))
        for days in restated:
            known_on += datetime.timedelta(days)
            history.append(Version(known_on, 2, -float(len(history)), end))
    return history


def walked(histories: dict[tuple[str, str], list[Version]]) -> list[tuple]:
    """What each announcement of a company knows: its newest four periods and the year before."""
    rows = []
    for symbol in {symbol for symbol, _ in histories}:
        both = {frequency: histories[symbol, frequency] for frequency in ("quarter", "year")}
        days = {item.known_on for history in both.values() for item in history}
        for day in days:
            told = [
                (symbol, day, frequency, *row)
                for frequency, history in both.items()
                for row in known(history, day)
            ]
            rows += told or [(symbol, day, None, None, 1, False, None)]
    return rows


def known(history: list[Version], day: datetime.date) -> list[tuple]:
    """Period end, rank, whether a year before the newest, and value, as known on a day."""
    newest: dict[datetime.date, Version] = {}
    for item in sorted(item for item in history if item.known_on <= day):
        newest[item.period_end] = item
    months = variables()["max_statement_age_months"] + 18
    kept = [
        item
        for end, item in sorted(newest.items(), reverse=True)
        if pd.Timestamp(day) <= pd.Timestamp(end) + pd.DateOffset(months=months)
    ]
    distances = {
        item: 2 * abs(age - 365) - (age < 365)
        for item in kept
        if 350 <= (age := (kept[0].period_end - item.period_end).days) <= 380
    }
    year_ago = min(distances, key=distances.__getitem__, default=None)
    return [
        (item.period_end, rank, item == year_ago, -item.minus_value)
        for rank, item in enumerate(kept, start=1)
        if rank <= 4 or item == year_ago
    ]
