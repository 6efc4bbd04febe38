"""The questions of the published file: each answers, is described, and outlives every copy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.builds import REPOSITORY, Market
from tests.contract.explained import Published
from warehouse.files import STORAGE_VERSION

MACROS = REPOSITORY / "dbt_project" / "macros" / "questions"
MODEL = REPOSITORY / "dbt_project" / "models" / "questions" / "questions.sql"
SCHEMAS = "raw|seeds|staging|prepared|factors|scores|construction|portfolios|performance|signals"


@pytest.fixture(scope="module")
def published(small_market: Market) -> Iterator[Published]:
    opened = Published(small_market.published)
    yield opened
    opened.close()


def asked(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows each question's example has."""
    examples = connection.execute("select question, example from questions").fetchall()
    return {name: len(connection.execute(query).fetchall()) for name, query in examples}


def test_every_question_answers_its_example(published):
    found = asked(published.connection)
    assert len(found) >= 10
    assert not [name for name, n_rows in found.items() if not n_rows]


def test_every_question_is_described_where_it_is_defined(published):
    macros = dict(
        published.connection.execute(
            "select function_name, comment from duckdb_functions()"
            " where schema_name = 'main' and database_name = 'published'"
            " and function_type = 'table_macro'"
        ).fetchall()
    )
    said = dict(published.connection.execute("select question, answers from questions").fetchall())
    said.pop("signals_today")
    assert macros == said
    assert all("row" in words for words in said.values())


def test_they_outlive_a_copy_by_relation_and_another_name(small_market, tmp_path):
    path = tmp_path / "copy.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{small_market.published}' as published (read_only)")
        connection.execute(f"attach '{path}' as mine (storage_version '{STORAGE_VERSION}')")
        connection.execute("copy from database published to mine")
        connection.execute("detach published")
        connection.execute("use mine")
        assert all(asked(connection).values())
    with duckdb.connect(str(path), read_only=True) as connection:
        assert all(asked(connection).values())


def test_the_model_names_all_that_they_read():
    """It has to be built after every relation in the questions' text."""
    text = "\n".join(path.read_text() for path in MACROS.rglob("*.sql"))
    read = set(re.findall(rf"(?:from|join) (?:{SCHEMAS})\.(\w+) as", text))
    read |= set(re.findall(r"query_table\(concat\(books, '\.(\w+)'\)\) as", text))
    raw = set(re.findall(r"(?:from|join) raw\.(\w+) as", text))
    named = set(re.findall(r"ref\('(\w+)'\)", MODEL.read_text()))
    assert read - raw <= named, read - raw - named
    assert named <= read | {"signals_today"}, named - read


def test_a_question_no_longer_asked_is_dropped(small_market, tmp_path):
    own = small_market.copied(tmp_path)
    with duckdb.connect(str(own.path)) as connection:
        connection.execute("create macro main.forgotten(day) as table select 1 as one")
    own.models_alone("--select", "questions")
    with duckdb.connect(str(own.path), read_only=True) as connection:
        found = connection.execute(
            "select distinct function_name from duckdb_functions()"
            " where schema_name = 'main' and function_type = 'table_macro' and not internal"
            " and database_name = current_database()"
        ).fetchall()
    assert ("forgotten",) not in found and ("positions_on",) in found
    shutil.rmtree(Path(own.path).parent)


def test_a_series_that_there_is_not_is_refused(small_market: Market) -> None:
    with (
        duckdb.connect(str(small_market.published), read_only=True) as connection,
        pytest.raises(duckdb.InvalidInputException, match="net, gross or benchmark, not Gross"),
    ):
        connection.execute(
            "from growth_between(null, '2016-01-01', '2016-12-31', series := 'Gross')"
        ).fetchall()
