"""The dashboard's pages, run without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.builds import REPOSITORY, Market
from warehouse.files import open_published


def open_page(
    market: Market, monkeypatch: pytest.MonkeyPatch, name: str = "signals", **query: str
) -> AppTest:
    """A page of a market's dashboard, by its name in the address."""
    for key, value in market.environment.items():
        if key.startswith("FACTORHOUSE_"):
            monkeypatch.setenv(key, value)
    monkeypatch.setenv("FACTORHOUSE_DATASET", market.dataset)
    app = AppTest.from_file(REPOSITORY / "streamlit_app.py", default_timeout=60)
    app._page_hash = calc_hash(name) if name != "signals" else ""
    for key, value in query.items():
        app.query_params[key] = value
    return sound(app.run())


@pytest.fixture
def page(small_market: Market, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """A function that opens a page of the small market's dashboard, by its name in the address."""
    yield partial(open_page, small_market, monkeypatch)
    st.cache_data.clear()


@pytest.fixture
def published(small_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, for asking the same by other SQL."""
    connection = open_published(small_market.files)
    yield connection
    connection.close()


def sound(app: AppTest) -> AppTest:
    """The app, if it shows no exception and no error."""
    assert not app.exception, [element.message for element in app.exception]
    assert not app.error, [element.value for element in app.error]
    return app
