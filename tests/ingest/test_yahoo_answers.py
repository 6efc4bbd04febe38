"""What the yahoo source makes of an answer, without a request."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.closed_sessions import last_closed_session
from ingest.errors import IngestError
from ingest.fetching import NotFoundError, ThrottledError, UnavailableError
from ingest.yahoo_rows import action_rows
from ingest.yahoo_session import NoDataError, chart_in
from tests.upstreams.yahoo import CHART, NAMES, instant

CHART_OF_A = {
    "meta": {"symbol": "A", "currency": "USD", "exchangeTimezoneName": "America/New_York"},
    "timestamp": [1],
    "indicators": {"quote": [{name: [1.0] for name in NAMES}]},
}


@pytest.mark.parametrize(
    ("status", "document", "error"),
    [
        (200, {"chart": {"result": [CHART_OF_A], "error": None}}, None),
        (200, None, UnavailableError),
        (200, [], UnavailableError),
        (200, {"finance": {"error": {"code": "Not Found"}}}, UnavailableError),
        (404, {"finance": {"error": {"code": "Not Found"}}}, UnavailableError),
        (404, {"chart": {"error": {"code": "Not Found", "description": "No"}}}, NotFoundError),
        (
            422,
            {"chart": {"error": {"code": "Unprocessable", "description": ""}}},
            UnavailableError,
        ),
        (999, "Request denied", ThrottledError),
        (500, {"chart": {"result": [CHART_OF_A], "error": None}}, UnavailableError),
        (503, "", UnavailableError),
        (200, {"chart": {"result": None, "error": None}}, UnavailableError),
        (200, {"chart": {"result": [{}], "error": None}}, UnavailableError),
        (200, {"chart": {"result": [{**CHART_OF_A, "meta": None}]}}, UnavailableError),
        (
            200,
            {"chart": {"result": [{**CHART_OF_A, "timestamp": [1, 2]}], "error": None}},
            UnavailableError,
        ),
        (200, {"chart": {"result": [{**CHART_OF_A, "timestamp": []}], "error": None}}, NoDataError),
    ],
)
def test_answers_are_told_apart(
    status: int, document: object, error: type[Exception] | None
) -> None:
    response = SimpleNamespace(
        status_code=status,
        url=f"https://query2.finance.yahoo.com{CHART}A?range=1d",
        headers={"Content-Type": "application/json"},
        content=json.dumps(document).encode(),
    )
    if error is None:
        assert chart_in(response) == CHART_OF_A
        return
    with pytest.raises(IngestError) as caught:
        chart_in(response)
    assert type(caught.value) is error


def chart_with(**events: list[dict[str, Any]]) -> dict[str, Any]:
    """A chart of two New York sessions, 2 and 3 January 2024, with events."""
    moments = [int(instant(date(2024, 1, day), 14, 30).timestamp()) for day in (2, 3)]
    named = {name: {str(n): event for n, event in enumerate(some)} for name, some in events.items()}
    return {
        "meta": {"currency": "USD", "exchangeTimezoneName": "America/New_York"},
        "timestamp": moments,
        "indicators": {"quote": [{"close": [10.0, 11.0]}]},
        "events": named,
    }


def test_events_of_a_day_are_put_together_and_later_ones_left_out() -> None:
    second = int(instant(date(2024, 1, 3), 14, 30).timestamp())
    announced = int(instant(date(2024, 1, 5), 14, 30).timestamp())
    chart = chart_with(
        dividends=[
            {"date": second, "amount": 0.25},
            {"date": second + 60, "amount": 0.5},
            {"date": announced, "amount": 9.0},
        ],
        splits=[{"date": announced, "numerator": 2, "denominator": 1}],
        capitalGains=[{"date": second, "amount": 0.5}],
    )
    rows = action_rows(chart, "A", now=instant(date(2024, 1, 3))).to_pylist()
    assert [(row["ex_date"], row["action_type"], row["value"]) for row in rows] == [
        (date(2024, 1, 3), "cash_dividend", 0.75)
    ]


def test_an_event_without_a_bar_keeps_its_day() -> None:
    holiday = int(instant(date(2024, 1, 1), 14, 30).timestamp())
    chart = chart_with(splits=[{"date": holiday, "numerator": 3, "denominator": 2}])
    rows = action_rows(chart, "A", now=instant(date(2024, 1, 3))).to_pylist()
    assert [(row["ex_date"], row["value"]) for row in rows] == [(date(2024, 1, 1), 1.5)]


@pytest.mark.parametrize(
    ("venue", "now", "last"),
    [
        ("XNYS", instant(date(2024, 7, 3), 17, 29), date(2024, 7, 2)),
        ("XNYS", instant(date(2024, 7, 3), 17, 30), date(2024, 7, 3)),  # closed at 13:00 that day
        ("XNYS", instant(date(2024, 7, 4), 23), date(2024, 7, 3)),
        ("XLON", instant(date(2024, 7, 4), 16, 0), date(2024, 7, 4)),
        ("XTKS", instant(date(2024, 7, 4), 6, 29), date(2024, 7, 3)),
        ("24/7", instant(date(2024, 7, 4), 23, 59), date(2024, 7, 3)),
    ],
)
def test_the_last_session_that_is_over(venue: str, now: datetime, last: date) -> None:
    assert last_closed_session(venue, now, delay=timedelta(minutes=30)) == last
