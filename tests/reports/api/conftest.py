"""The API of the small market, asked in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from starlette.testclient import TestClient

from reports.api.app import create_app
from reports.api.settings import ApiSettings
from tests.builds import Market
from warehouse.files import DatasetFiles, open_published

ANY_HOST = ("*",)


def client_of(files: DatasetFiles, **settings: Any) -> TestClient:
    """A client of the API as it would be served; errors come back as a browser gets them."""
    app = create_app(files, ApiSettings(**{"allowed_hosts": ANY_HOST, **settings}))
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def client(small_market: Market) -> Iterator[TestClient]:
    with client_of(small_market.files) as served:
        yield served


@pytest.fixture(scope="session")
def sql(small_market: Market) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """Rows of a query on the published file, as JSON has them."""
    connection = open_published(small_market.files, {"threads": 1})  # sums to the last bit

    def rows(query: str, **parameters: Any) -> list[dict[str, Any]]:
        cursor: duckdb.DuckDBPyConnection = connection.execute(query, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, map(in_json, row), strict=True)) for row in cursor.fetchall()]

    yield rows
    connection.close()


def in_json(value: Any) -> Any:
    """Days and instants as texts."""
    return value if value is None or isinstance(value, (int, float, str)) else str(value)
