"""The built market that both roads read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builds import Market as Built
from tests.two_roads.inputs import Market


@pytest.fixture(scope="session")
def market(small_market: Built) -> Iterator[Market]:
    """The small demo market, opened read-only, each table read once for all tests."""
    opened = Market(small_market.published)
    yield opened
    opened.close()
