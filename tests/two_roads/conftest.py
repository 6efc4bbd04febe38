"""The built market that both roads read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.two_roads.inputs import Market


@pytest.fixture(scope="session")
def built() -> Path:
    """A built work file; its path comes from FACTORHOUSE_TEST_WAREHOUSE."""
    path = os.environ.get("FACTORHOUSE_TEST_WAREHOUSE")
    if not path:
        pytest.skip("set FACTORHOUSE_TEST_WAREHOUSE to a built .duckdb file")
    return Path(path)


@pytest.fixture(scope="session")
def market(built: Path) -> Iterator[Market]:
    """The built file, opened read-only, each table read once for all tests."""
    opened = Market(getattr(built, "path", built))
    yield opened
    opened.close()
