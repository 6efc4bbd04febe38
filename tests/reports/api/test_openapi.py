"""The OpenAPI document says what the warehouse says, and the API does what the document says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from reports.api.endpoints import ENDPOINTS
from tests.builds import Market
from tests.reports.api.described import failures

Sql = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    return client.get("/openapi.json").json()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_columns_are_described_by_the_comments_of_the_file(
    document: dict[str, Any], client: TestClient, sql: Sql, endpoint: Any
) -> None:
    operation = document["paths"][endpoint.path]["get"]
    content = operation["responses"]["200"]["content"]["application/json"]
    name = content["schema"]["properties"]["data"]["items"]["$ref"].rsplit("/", 1)[1]
    columns = document["components"]["schemas"][name]["properties"]
    comments = {
        (row["relation"], row["column_name"]): row["comment"]
        for row in sql(
            "select schema_name || '.' || table_name as relation, column_name, comment "
            "from duckdb_columns() where database_name = 'published'"
        )
    }
    if not endpoint.is_short:
        for column, schema in columns.items():
            said = [comments.get((relation, column)) for relation in endpoint.relations]
            assert schema["description"] in said, column
    assert columns["symbol" if "symbol" in columns else next(iter(columns))]["type"][1] == "null"
    assert operation["description"]
    for parameter in operation["parameters"]:
        assert parameter["description"], parameter["name"]


def test_units_stand_where_the_warehouse_has_them(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert "fraction of NAV" in schemas["WeightsRow"]["properties"]["target_weight"]["description"]
    assert "US dollars" in schemas["SignalsRow"]["properties"]["close_usd"]["description"]
    assert schemas["SignalsRow"]["properties"]["as_of_date"]["format"] == "date"


def test_examples_are_rows_of_the_build(document: dict[str, Any], client: TestClient) -> None:
    for endpoint in ENDPOINTS:
        operation = document["paths"][endpoint.path]["get"]
        content = operation["responses"]["200"]["content"]["application/json"]
        if endpoint.is_short:
            continue
        answer = client.get(endpoint.path, params={"limit": 1}).json()
        assert content["example"]["data"] == answer["data"] != []
        assert content["example"]["total"] == answer["total"]


def test_nothing_is_answered_that_is_not_described(small_market: Market) -> None:
    """Few random requests beside those of every boundary; many more, of all, in the soak."""
    found, sent = failures(small_market, n_examples=2, but="/v1/(explain$|explain/[^l]|factors)")
    assert not found, "\n".join(found[:10])
    assert sum(sent.values()) > 300
