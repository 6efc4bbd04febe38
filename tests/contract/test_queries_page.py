"""docs/queries.md: each query runs as it stands there, quickly, and answers with rows."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.builds import REPOSITORY, Market
from tests.contract.explained import Published

PAGE = (REPOSITORY / "docs" / "queries.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
SECONDS = 5


@pytest.fixture(scope="module")
def published(small_market: Market) -> Iterator[Published]:
    opened = Published(small_market.published)
    yield opened
    opened.close()


def test_the_page_has_its_twenty_queries():
    assert len(QUERIES) >= 20
    assert len(set(QUERIES)) == len(QUERIES)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: " ".join(query.split())[:60])
def test_a_query_answers_quickly(published, query):
    started = time.process_time()
    rows = published.ask(query)
    assert len(rows), query
    assert not rows.isna().all(axis=0).all(), query
    assert time.process_time() - started < SECONDS, query


def test_every_question_is_worked_somewhere(published):
    """On the page, or at least by the example that the prompt shows of it."""
    for question, example in published.ask("select question, example from questions").values:
        assert f"{question}" in PAGE or len(published.ask(example)), question
