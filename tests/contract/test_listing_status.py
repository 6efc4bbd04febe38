"""A failed fetch is never a delisting: only answers, and the source's word, are evidence."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.builds import Market
from tests.contract.file_market import query

LAST_BAR = date(2017, 9, 29)
UNKNOWN, ANSWERED, REFUSED, GONE, DOUBTED = "US001", "US002", "US004", "US006", "US008"
ANSWERS = {
    ANSWERED: {"2017-09-29": "ok", "2027-01-05": "empty"},
    REFUSED: {"2017-09-29": "ok", "2017-10-16": "throttled", "2027-01-05": "failed"},
    GONE: {"2017-09-29": "ok", "2027-01-01": "not_found", "2027-01-06": "not_found"},
    DOUBTED: {"2017-09-29": "ok", "2027-01-05": "not_found", "2027-01-06": "not_found"},
}


@pytest.fixture(scope="module")
def silent(small_raw: Market, tmp_path_factory: pytest.TempPathFactory) -> Market:
    """Five names without a bar in the last three months; what their source said differs."""
    built = small_raw.copied(tmp_path_factory.mktemp("silent"))
    names = (UNKNOWN, *ANSWERS)
    with duckdb.connect(str(built.path)) as connection:
        connection.execute(
            f"delete from raw.prices where symbol in {names} and bar_date > ?", [LAST_BAR]
        )
        connection.execute(f"delete from raw.corporate_actions where symbol in {names}")
        asked = [(day, symbol, said[day]) for symbol, said in ANSWERS.items() for day in said]
        for number, (day, symbol, outcome) in enumerate(sorted(asked), start=1000):
            instant = f"{day} 22:00:00"
            connection.execute(
                "insert into raw.loads values (?, 'live', 'demo_small', ?, ?, 'ok', 0, 0, 0, null)",
                [number, instant, instant],
            )
            connection.execute(
                "insert into raw.fetch_log values "
                "(?, 'live', 'demo_small', ?, 'prices', ?, ?, 1, 0, null, ?, ?, null, '', ?)",
                [number, symbol, symbol, outcome, instant, instant, number],
            )
    built.models_alone("--select", "+listing_status +data_quality")
    return built


def statuses(built: Market) -> dict[str, tuple[str, str]]:
    """Status and evidence of the five."""
    rows = query(built.path, "select symbol, status, evidence from prepared.listing_status")
    return {row[0]: row[1:] for row in rows if row[0] in (UNKNOWN, *ANSWERS)}


def test_only_what_was_answered_is_silence(silent: Market) -> None:
    found = statuses(silent)
    assert {symbol: status for symbol, (status, _) in found.items()} == {
        UNKNOWN: "delisted",
        ANSWERED: "delisted",
        REFUSED: "unanswered",
        GONE: "delisted",
        DOUBTED: "unanswered",
    }
    assert found[ANSWERED][1] == "21 sessions without a bar while XNYS traded; last fetch: empty"
    assert "2 fetches since without an answer, the last: failed" in found[REFUSED][1]
    assert "the last: not_found" in found[DOUBTED][1]


def test_a_refused_name_keeps_its_price_and_is_not_booked_as_delisted(silent: Market) -> None:
    rows = query(
        silent.path,
        "select bool_or(is_delisted), max(as_of_date), max_by(is_stale, as_of_date), "
        "count(distinct total_return_index) filter (where as_of_date > ?) "
        "from prepared.prices_daily where symbol = ?",
        LAST_BAR,
        REFUSED,
    )
    newest = query(
        silent.path, "select max(as_of_date) from prepared.prices_daily where venue = 'XNYS'"
    )
    assert rows == [(False, newest[0][0], True, 1)]
    delisted = query(
        silent.path,
        "select symbol, as_of_date from prepared.prices_daily where is_delisted and symbol in "
        f"('{UNKNOWN}', '{ANSWERED}', '{GONE}') order by symbol",
    )
    assert [symbol for symbol, _ in delisted] == [UNKNOWN, ANSWERED, GONE]
    assert len({day for _, day in delisted}) == 1


def test_failed_fetches_are_counted_in_the_month_of_the_fetch(silent: Market) -> None:
    rows = query(
        silent.path,
        "select symbol, month_date, n_failed_fetches from prepared.data_quality "
        "where source = 'live' and n_failed_fetches > 0 order by all",
    )
    assert [(symbol, str(month), count) for symbol, month, count in rows] == [
        (REFUSED, "2017-10-01", 1),
        (REFUSED, "2027-01-01", 1),
    ]


def test_what_was_said_after_the_clock_is_no_evidence(silent: Market) -> None:
    silent.models_alone("--select", "+listing_status", "--known-at", "2027-01-05T00:00Z")
    found = statuses(silent)
    assert found[GONE][0] == "unanswered"
    assert found[ANSWERED][0] == "silent"
