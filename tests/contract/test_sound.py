"""What the test `sound` finds in a table that was spoilt, by the SQL that dbt ran."""

from __future__ import annotations

import duckdb
import pytest

from tests.builds import Market

LONG = "positions"  # of whose rows a sample is looked at for two of one name

DOUBLED = "select * from spoilt where date = (select max(date) from spoilt where {day})"
ONE = "update spoilt set {spoilt} where rowid = 0"
SAMPLED, NOT_SAMPLED = "extract(day from date) = 15", "extract(day from date) <> 15"
SPOILING = {
    "two rows of one name": (f"insert into spoilt {DOUBLED.format(day=SAMPLED)}", {"2 rows"}),
    "two outside the sample": (f"insert into spoilt {DOUBLED.format(day=NOT_SAMPLED)}", set()),
    "a missing name": (ONE.format(spoilt="symbol = null"), {"symbol is missing"}),
    "an endless number": (ONE.format(spoilt="ret = 'infinity'"), {"ret is not finite"}),
    "nothing": ("select 1", set()),
}


WORDS = {
    "a word of the list": ("'short'", set()),
    "no word": ("null", set()),
    "another word": ("'sideways'", {"leg is none of long, short"}),
}


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_is_none_of_those_named_is_found(small_market: Market, word: str) -> None:
    (path,) = (small_market.target / "compiled").rglob("sound_desired_weights_*.sql")
    rows = f'"{small_market.name}"."construction"."desired_weights"'
    query = path.read_text()
    assert rows in query
    put, problems = WORDS[word]
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        connection.execute(
            "create temp table spoilt as select * from construction.desired_weights limit 100; "
            f"update spoilt set leg = {put} where rowid = 0"
        )
        found = connection.execute(query.replace(rows, "spoilt")).fetchall()
    assert {problem for *_, problem in found} == problems


@pytest.mark.parametrize("spoil", SPOILING)
def test_what_is_unsound_in_a_long_view_is_named(small_market: Market, spoil: str) -> None:
    (path,) = (small_market.target / "compiled").rglob(f"sound_{LONG}_*.sql")
    rows = f'"{small_market.name}"."portfolios"."{LONG}"'
    query = path.read_text()
    assert rows in query
    statement, problems = SPOILING[spoil]
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        connection.execute(
            f"create temp table spoilt as select * from portfolios.{LONG} "
            f"where date >= (select max(date) from portfolios.{LONG}) - 200"
        )
        connection.execute(statement)
        found = connection.execute(query.replace(rows, "spoilt")).fetchall()
    assert {problem for *_, problem in found} == problems
