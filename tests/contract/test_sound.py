"""What the test `sound` finds in a table that was spoilt, by the SQL that dbt ran."""

from __future__ import annotations

import duckdb
import pytest

from tests.builds import Market

LONG = "portfolios.positions"  # of whose rows a sample is looked at for two of one name

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


def found(market: Market, table: str, rows: str, spoiling: str) -> set[str]:
    """The problems that the test of a table finds in some of its rows, spoilt by a statement."""
    (path,) = (market.target / "compiled").rglob(f"sound_{table.partition('.')[2]}_*.sql")
    named = f'"{market.name}".' + ".".join(f'"{part}"' for part in table.split("."))
    query = path.read_text()
    assert named in query
    with duckdb.connect(str(market.path), read_only=True) as connection:
        connection.execute(f"create temp table spoilt as select * from {table} {rows}")
        connection.execute(spoiling)
        return {
            problem for *_, problem in connection.execute(query.replace(named, "spoilt")).fetchall()
        }


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_is_none_of_those_named_is_found(small_market: Market, word: str) -> None:
    put, problems = WORDS[word]
    spoiling = ONE.format(spoilt=f"leg = {put}")
    assert found(small_market, "construction.desired_weights", "limit 100", spoiling) == problems


def test_two_rows_of_one_name_are_found(small_market: Market) -> None:
    twice = "insert into spoilt select * from spoilt where rowid = 0"
    assert found(small_market, "construction.desired_weights", "limit 100", twice) == {"2 rows"}


@pytest.mark.parametrize("spoil", SPOILING)
def test_what_is_unsound_in_a_long_view_is_named(small_market: Market, spoil: str) -> None:
    statement, problems = SPOILING[spoil]
    late = f"where date >= (select max(date) from {LONG}) - 200"
    assert found(small_market, LONG, late, statement) == problems
