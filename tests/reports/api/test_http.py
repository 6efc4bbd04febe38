"""What HTTP promises: tags, methods, forms, errors; and what must not get through."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.testclient import TestClient

from reports.api import app as application
from reports.api.endpoints import ENDPOINTS
from reports.api.guard import MOST_CLIENTS, SECURITY_HEADERS, TokenBuckets, client_of
from reports.api.problems import MEDIA_TYPE
from reports.api.settings import LOOPBACK, ApiSettings, Rate
from reports.errors import ReportsError
from tests.builds import Market
from tests.reports.api.conftest import client_of as served
from tests.reports.api.test_answers import ASKED
from warehouse.files import DatasetFiles

HOSTILE = (
    "' or 1=1 --",
    "x'); drop table seeds.strategies; --",
    "equity_momentum_long' union select 1 --",
    "$strategy",
    "../../../../etc/passwd",
    "{{ var('x') }}",
    "%s%n%x",
    "a\x00b",
    "\x00",
    "\r\nX-Injected: yes",
    "é\u202e\U0001f4a9",
    "\ufffe\uffff",
    " ",
    "x" * 200,
)


MANY_RANKS = {
    "start": "2012-01-01",
    "score": ["size", "momentum_12_1", "composite", "ridge", "book_to_market", "max_return_1m"],
}


def refused(answer: Any, status: int) -> dict[str, Any]:
    """The problem of an answer, which must be a whole one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.items() >= {k.lower(): v for k, v in SECURITY_HEADERS.items()}.items()
    problem = answer.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == status
    assert len(problem["detail"]) > 10
    for leaked in ("Traceback", 'File "', "site-packages", "/tmp/", "reports/api"):
        assert leaked not in answer.text
    return problem


@pytest.fixture
def files(small_market: Market, tmp_path: Path) -> DatasetFiles:
    """The published file under a folder of its own."""
    os.link(small_market.published, tmp_path / small_market.published.name)
    return DatasetFiles(
        name=small_market.name,
        work=tmp_path / "work.duckdb",
        published=tmp_path / small_market.published.name,
        truth=tmp_path / "truth.json",
        outputs=tmp_path,
    )


@pytest.mark.parametrize("path", ASKED)
def test_a_tag_saves_sending_the_same_again(client: TestClient, path: str) -> None:
    first = client.get(path, params=ASKED[path])
    tag = first.headers["ETag"]
    assert tag.startswith('"') and tag.endswith('"')
    for named in (tag, f'"other", W/{tag}', "*"):
        again = client.get(path, params=ASKED[path], headers={"If-None-Match": named})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["X-Factorhouse-Build"] == first.headers["X-Factorhouse-Build"]
    others = [{"limit": "3"}, {"format": "csv"}, {"offset": "1"}]
    tags = {client.head(path, params={**ASKED[path], **other}).headers["ETag"] for other in others}
    assert len(tags | {tag}) == 4
    stale = client.get(path, params=ASKED[path], headers={"If-None-Match": '"other"'})
    assert (stale.status_code, stale.content) == (200, first.content)


@pytest.mark.parametrize("path", ["/v1/health", "/v1/weights", "/openapi.json"])
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    got, headed = client.get(path), client.head(path)
    assert headed.status_code == 200
    assert headed.content == b""
    assert headed.headers == got.headers
    assert int(headed.headers["Content-Length"]) == len(got.content) > 0


def test_another_build_has_other_tags_and_ends_paging(
    small_market: Market, tmp_path: Path, files: DatasetFiles
) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copyfile(small_market.published, other)
    with duckdb.connect(str(other)) as connection:
        connection.execute("update prepared.build_info set build_fingerprint = 'another'")
    with served(files) as client:
        first = client.get("/v1/signals", params={"limit": 5})
        os.replace(other, files.published)
        second = client.get("/v1/signals", params={"limit": 5})
        assert second.headers["X-Factorhouse-Build"] == second.json()["build"] == "another"
        assert first.headers["ETag"] != second.headers["ETag"]
        assert first.json()["data"] == second.json()["data"]
        problem = refused(client.get(first.json()["next"]), 409)
        assert "Begin again" in problem["detail"]
        assert client.get(second.json()["next"]).status_code == 200


def test_the_same_build_published_with_other_bytes_has_other_tags(
    small_market: Market, tmp_path: Path, files: DatasetFiles
) -> None:
    """As where the ledger of trials has gone on."""
    other = tmp_path / "other.duckdb"
    shutil.copyfile(small_market.published, other)
    with duckdb.connect(str(other)) as connection:
        connection.execute("update performance.summary set n_trials = n_trials + 1")
    with served(files) as client:
        first = client.get("/v1/performance")
        os.replace(other, files.published)
        second = client.get("/v1/performance", headers={"If-None-Match": first.headers["ETag"]})
        assert second.status_code == 200
        assert first.json()["build"] == second.json()["build"]
        assert first.json() != second.json()


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("text/*;q=0.5, application/json;q=0.4", "text/csv"),
        ("application/json;q=0, */*", "text/csv"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/html", None),
        ("application/json;q=0", None),
        ("image/png, text/csv;q=zero", None),
    ],
)
def test_the_form_is_what_accept_prefers(
    client: TestClient, accept: str, expected: str | None
) -> None:
    answer = client.get("/v1/strategies", headers={"Accept": accept})
    if expected is None:
        assert "format=csv" in refused(answer, 406)["detail"]
    else:
        assert answer.headers["Content-Type"].split(";")[0] == expected
        assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "10001"}, "10000"),
        ({"limit": "1e3"}, "whole number"),
        ({"limit": "9" * 30}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"as_of": "20170601"}, "2024-06-28"),
        ({"as_of": "2017-02-30"}, "as_of"),
        ({"as_of": "1496275200"}, "as_of"),
        ({"asset_class": "bonds"}, "equity"),
        ({"format": "xml"}, "json"),
        ({"signal": "all"}, "buy"),
        ({"stratgy": "x"}, "allowed are limit"),
        ({"strategy": [f"s{number}" for number in range(101)]}, "strategy"),
        ({"symbol": "x" * 201}, "200"),
    ],
)
def test_parameters_that_are_not_understood_are_named(
    client: TestClient, asked: dict[str, Any], said: str
) -> None:
    problem = refused(client.get("/v1/signals", params=asked), 422)
    (name,) = asked
    assert problem["errors"][0]["parameter"] == name
    assert said in problem["detail"]


@pytest.mark.parametrize("path", ["/v1/weights", "/v1/ranks", "/v1/performance/daily"])
def test_days_that_end_before_they_start_are_refused(client: TestClient, path: str) -> None:
    answer = client.get(path, params={"start": "2017-01-02", "end": "2017-01-01"})
    problem = refused(answer, 422)
    assert problem["errors"][0]["parameter"] == "start"
    assert "2017-01-02" in problem["detail"] and "2017-01-01" in problem["detail"]
    days = {"start": "2017-01-02", "end": "2017-01-02"}
    assert client.get(path, params=days).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "signals?limit=1&limit=2",
        "weights?as_of=2017-01-02&as_of=2017-01-02",
        "signals?format=csv&format=json",
    ],
)
def test_a_parameter_of_one_value_is_given_once(client: TestClient, query: str) -> None:
    problem = refused(client.get(f"/v1/{query}"), 422)
    assert "more than once" in problem["detail"]
    names = "&".join(f"symbol={name}" for name in ("US001", "US002"))
    assert client.get(f"/v1/signals?{names}").status_code == 200


def test_where_no_parameters_are_taken_all_are_refused(client: TestClient) -> None:
    for path in ("/openapi.json", "/v1/health"):
        assert "x" in refused(client.get(path, params={"x": "1"}), 422)["detail"]


@pytest.mark.parametrize(
    ("days", "is_refused"),
    [
        ({}, False),
        ({"start": "2017-01-01"}, False),
        ({"start": "2012-01-01", "end": "2012-06-01"}, False),
        ({"start": "2015-06-01", "as_of": "2016-01-01"}, False),
        ({"start": "2016-01-01"}, True),
        ({"start": "2016-01-01", "symbol": "US004"}, True),
        ({"end": "2017-01-01"}, True),
        ({"start": "2016-01-01", "score": "size"}, False),
    ],
)
def test_ranks_of_years_want_a_score(
    client: TestClient, days: dict[str, str], is_refused: bool
) -> None:
    answer = client.get("/v1/ranks", params={**days, "limit": "1"})
    if is_refused:
        problem = refused(answer, 422)
        assert problem["errors"][0]["parameter"] == "score"
        assert "366" in problem["detail"]
    else:
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["strategy", "symbol", "build", "as_of", "format"])
def test_hostile_texts_are_names_that_are_not_there(
    client: TestClient, name: str, text: str
) -> None:
    status = {"build": 409, "as_of": 422, "format": 422}.get(name, 404)
    answer = client.get("/v1/weights", params={name: text})
    refused(answer, status)
    assert "x-injected" not in answer.headers
    assert client.get("/v1/strategies").json()["total"] > 10


@pytest.mark.parametrize("path", [path for path, asked in ASKED.items() if asked])
def test_hostile_texts_explain_nothing(client: TestClient, path: str) -> None:
    for name in ASKED[path]:
        for text in HOSTILE:
            status = 422 if name == "as_of" else 404
            refused(client.get(path, params={**ASKED[path], name: text}), status)
    needed = [name for name in ASKED[path] if name != "as_of"]
    problem = refused(client.get(path), 422)
    assert [error["parameter"] for error in problem["errors"]] == needed


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/signals/",
        "//v1/signals",
        "/v1/../../../etc/passwd",
        "/v1/%2e%2e/%2e%2e/etc/passwd",
        "/v1/signals%00",
        "/v1/signals;jsessionid=1",
        "/V1/SIGNALS",
        "/v1/é\U0001f4a9",
        "/docs",
        "/redoc",
        "/v1/weights.sql",
    ],
)
def test_other_addresses_are_not_found(client: TestClient, path: str) -> None:
    assert "/v1/signals" in refused(client.get(path), 404)["detail"]


@pytest.mark.parametrize("path", ["/v1/health", "/v1/weights", "/v1/explain", "/openapi.json"])
@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "GETX"]
)
def test_nothing_but_reading_is_served(client: TestClient, method: str, path: str) -> None:
    body = b"x" * 1_000_000 if method in ("POST", "PUT", "PATCH") else None
    answer = client.request(method, path, content=body)
    refused(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD"


def test_an_address_may_not_be_too_long(client: TestClient) -> None:
    refused(client.get("/v1/signals?symbol=" + "x" * 8000), 414)
    refused(client.get("/" + "x" * 9000), 414)
    refused(client.get("/v1/signals", headers={"X-Long": "x" * 16_000}), 431)
    refused(client.get("/v1/health", params={"a": "b"}), 422)


def test_a_key_is_asked_for_where_there_is_one(small_market: Market) -> None:
    with served(small_market.files, key="s3cret-ключ") as client:
        for headers in ({}, {"X-API-Key": ""}, {"X-API-Key": "s3cret"}, {"X-API-Key": "x" * 5000}):
            for path in ("/v1/signals", "/openapi.json", "/nowhere"):
                answer = client.get(path, headers=headers)
                assert "FACTORHOUSE_API_KEY" in refused(answer, 401)["detail"]
                assert answer.headers["WWW-Authenticate"].startswith("ApiKey")
        assert client.get("/v1/health").status_code == 200
        right = {"X-API-Key": "s3cret-ключ".encode()}
        assert client.get("/v1/signals", headers=right).status_code == 200
        secured = client.get("/openapi.json", headers=right).json()
        assert secured["security"] == [{"key": []}]
        assert secured["paths"]["/v1/health"]["get"]["security"] == []


def test_each_client_has_its_rate(small_market: Market) -> None:
    with served(small_market.files, rate=Rate(5, 60)) as client:
        for _ in range(5):
            assert client.get("/v1/strategies").status_code == 200
        answer = client.get("/v1/strategies")
        assert "5 requests in 60 s" in refused(answer, 429)["detail"]
        assert 1 <= int(answer.headers["Retry-After"]) <= 13
        assert client.get("/v1/health").status_code == 200


def test_tokens_come_back_with_time_and_old_clients_are_forgotten() -> None:
    now = 0.0
    buckets = TokenBuckets(Rate(2, 10), lambda: now)
    assert [buckets.seconds_to_wait("a") for _ in range(3)] == [0, 0, 5]
    assert buckets.seconds_to_wait("b") == 0
    now = 5.0
    assert buckets.seconds_to_wait("a") == 0
    assert buckets.seconds_to_wait("a") == 5
    now = 1000.0
    assert [buckets.seconds_to_wait("a") for _ in range(3)] == [0, 0, 5]
    for number in range(MOST_CLIENTS):
        buckets.seconds_to_wait(f"other {number}")
    assert buckets.seconds_to_wait("a") == 0


def test_a_client_is_an_address_or_the_network_of_one() -> None:
    assert client_of({"client": ("10.0.0.1", 5)}) == "10.0.0.1"
    one, other = ({"client": (f"2001:db8:0:1::{end}", 5)} for end in (1, 2))
    assert client_of(one) == client_of(other) != client_of({"client": ("2001:db8:0:2::1", 5)})
    assert client_of({"client": None}) == "unknown"


def test_a_page_in_a_browser_cannot_reach_it_by_a_name_of_its_own(small_market: Market) -> None:
    allowed = ApiSettings().allowed_hosts
    with served(small_market.files, allowed_hosts=allowed) as client:
        for host in ("evil.example", "evil.example:8000", "", "127.0.0.1.evil.example"):
            refused(client.get("/v1/health", headers={"Host": host}), 421)
        for host in ("localhost", "127.0.0.1:8000", "[::1]:8000", "[::1]", "LOCALHOST:1"):
            assert client.get("/v1/health", headers={"Host": host}).status_code == 200


def test_a_container_asks_its_own_health_whatever_the_server_is_called(
    small_market: Market,
) -> None:
    given = {"ADDRESS": "0.0.0.0", "ALLOWED_HOSTS": "api.example.com"}
    found = ApiSettings.of({f"FACTORHOUSE_API_{name}": value for name, value in given.items()})
    with served(small_market.files, allowed_hosts=found.allowed_hosts) as client:
        for host in ("127.0.0.1:8000", "localhost:8000", "api.example.com"):
            assert client.get("/v1/health", headers={"Host": host}).status_code == 200
        refused(client.get("/v1/health", headers={"Host": "evil.example"}), 421)


def test_what_is_not_published_is_said_with_its_remedy(files: DatasetFiles, tmp_path: Path) -> None:
    files.published.unlink()
    with served(files) as client:
        for path in ("/v1/health", "/openapi.json", *ASKED):
            answer = client.get(path, params=ASKED.get(path))
            assert "make all DATASET=demo_small" in refused(answer, 503)["detail"]
            assert answer.headers["Retry-After"]
        files.published.write_bytes(b"no database")
        assert "make publish" in refused(client.get("/v1/signals"), 503)["detail"]


def test_a_file_of_an_older_build_is_said_to_be_one(
    small_market: Market, tmp_path: Path, files: DatasetFiles
) -> None:
    older = tmp_path / "older.duckdb"
    shutil.copyfile(small_market.published, older)
    with duckdb.connect(str(older)) as connection:
        connection.execute("drop table signals.live_signals cascade")
        connection.execute("drop macro table explain_weight")
    os.replace(older, files.published)
    with served(files) as client:
        for path in ("/v1/signals", "/v1/explain"):
            problem = refused(client.get(path, params=ASKED[path]), 503)
            assert "make all" in problem["detail"]
        assert client.get("/openapi.json").status_code == 200
        assert client.get("/v1/weights").status_code == 200


def test_a_query_may_not_take_for_ever(small_market: Market) -> None:
    with served(small_market.files, timeout_seconds=0.005) as client:
        answer = client.get("/v1/ranks", params={**MANY_RANKS, "limit": 10000})
        assert "Narrow it" in refused(answer, 503)["detail"]
    with served(small_market.files, memory_limit="20MB") as client:
        answer = client.get("/v1/ranks", params={**MANY_RANKS, "limit": 10000})
        assert "Narrow it" in refused(answer, 503)["detail"]


def test_a_failure_tells_nothing_of_the_inside(
    small_market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(application, "page_of", fail)
    with served(small_market.files) as client:
        answer = client.get("/v1/signals")
        refused(answer, 500)
        assert "secret" not in answer.text


def test_settings_come_from_the_environment() -> None:
    assert ApiSettings.of({}) == ApiSettings()
    given = {"KEY": " k ", "RATE_LIMIT": "60/minute", "ADDRESS": "0.0.0.0"}
    found = ApiSettings.of({f"FACTORHOUSE_API_{name}": value for name, value in given.items()})
    assert (found.key, found.rate, found.allowed_hosts) == ("k", Rate(60, 60), ("*",))
    named = ApiSettings.of({"FACTORHOUSE_API_ALLOWED_HOSTS": "a.example, B.example"})
    assert named.allowed_hosts == ("a.example", "b.example", *LOOPBACK)
    assert "s3cret" not in repr(ApiSettings(key="s3cret"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATE_LIMIT", "60"),
        ("RATE_LIMIT", "0/minute"),
        ("RATE_LIMIT", "5/day"),
        ("TIMEOUT_SECONDS", "-1"),
        ("TIMEOUT_SECONDS", "soon"),
        ("THREADS", "0"),
        ("MEMORY_LIMIT", "all'; drop"),
    ],
)
def test_settings_that_cannot_be_are_refused(name: str, value: str) -> None:
    with pytest.raises(ReportsError, match=f"FACTORHOUSE_API_{name} is"):
        ApiSettings.of({f"FACTORHOUSE_API_{name}": value})


def test_every_endpoint_is_asked_here() -> None:
    assert set(ASKED) == {endpoint.path for endpoint in ENDPOINTS}
