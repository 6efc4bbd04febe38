"""The built market that both roads read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builds import Market as Built
from tests.conftest import made_once, shared_folder
from tests.two_roads.awkward import awkward_market
from tests.two_roads.inputs import Market
from tests.two_roads.random_markets import build_random_market


@pytest.fixture(scope="session")
def market(small_market: Built) -> Iterator[Market]:
    """The small demo market, opened read-only, each table read once for all tests."""
    opened = Market(small_market.published)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def awkward(small_raw: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """The small market made awkward (see awkward.py), its factors neutralized."""
    folder = shared_folder(tmp_path_factory) / "awkward_market"
    made_once(folder, lambda path: awkward_market(small_raw, path) and None)
    opened = Market(folder / "warehouse" / small_raw.path.name)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def random_market(
    small_market: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Market]:
    """The small market made random, with the project's strategies, awkward and random ones."""
    folder = shared_folder(tmp_path_factory) / "random_market"
    made_once(folder, lambda path: build_random_market(small_market, path, seed=1, n=300))
    opened = Market(folder / "warehouse" / small_market.path.name)
    yield opened
    opened.close()
