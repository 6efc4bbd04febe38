"""Every answer equals SQL on the published file: rows, filters, days, pages and forms."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from reports.api.answers import Page, as_csv, as_json
from reports.api.endpoints import ENDPOINTS

Rows = list[dict[str, Any]]
Sql = Callable[..., Rows]
BOOK = "equity_momentum_long"
MODEL_BOOK = "equity_ridge_long"
LAST = "2017-12-31"
PAST = "2016-06-15"
MANY = {"limit": "10000"}

# Each endpoint by another road: what was asked, and the same rows from the tables themselves.
SAME: dict[str, tuple[str, dict[str, str], str, tuple[str, ...]]] = {
    "strategies": ("/v1/strategies", {}, "from seeds.strategies", ("strategy",)),
    "signals": ("/v1/signals", {}, "from signals.live_signals", ("strategy", "symbol")),
    "signals of one": (
        "/v1/signals",
        {"strategy": BOOK, "signal": "buy"},
        f"from signals.live_signals where strategy = '{BOOK}' and signal = 'buy'",
        ("strategy", "symbol"),
    ),
    "weights": (
        "/v1/weights",
        {},
        "from portfolios.target_weights qualify as_of_date = max(as_of_date) over "
        "(partition by strategy)",
        ("strategy", "symbol"),
    ),
    "weights between days": (
        "/v1/weights",
        {"start": "2015-03-01", "end": "2015-08-31", "asset_class": "crypto"},
        "from portfolios.target_weights where as_of_date between '2015-03-01' and '2015-08-31' "
        "and asset_class = 'crypto'",
        ("as_of_date", "strategy", "symbol"),
    ),
    "weights of a name since": (
        "/v1/weights",
        {"start": "2012-01-01", "symbol": "US010", "strategy": BOOK},
        f"from portfolios.target_weights where symbol = 'US010' and strategy = '{BOOK}'",
        ("as_of_date", "strategy", "symbol"),
    ),
    "ranks that strategies chose by": (
        "/v1/ranks",
        {
            "start": "2017-11-30",
            "end": "2017-11-30",
            "score": "momentum_12_1",
            "asset_class": "equity",
        },
        "from construction.candidates where as_of_date = '2017-11-30' "
        "and score_name = 'momentum_12_1' and asset_class = 'equity'",
        ("as_of_date", "symbol"),
    ),
    "ranks by a model, long ago": (
        "/v1/ranks",
        {"as_of": "2016-10-31", "score": "ridge", "asset_class": "equity"},
        "from construction.candidates where score_name = 'ridge' and asset_class = 'equity' "
        "and as_of_date = '2016-10-31'",
        ("score_name", "asset_class", "symbol"),
    ),
    "performance": ("/v1/performance", {}, "from performance.summary", ("strategy",)),
    "days": (
        "/v1/performance/daily",
        {"strategy": BOOK, "start": "2014-01-01", "end": "2015-12-31"},
        f"from performance.daily_pnl where strategy = '{BOOK}' and year(date) in (2014, 2015)",
        ("strategy", "date"),
    ),
    "newest days": (
        "/v1/performance/daily",
        {},
        "from performance.daily_pnl qualify date = max(date) over (partition by strategy)",
        ("strategy", "date"),
    ),
    "factors": (
        "/v1/factors",
        {},
        "from factors.factor_registry left join analysis.factor_premia using (factor, asset_class)",
        ("factor", "asset_class"),
    ),
}
EXPLAINED: dict[str, tuple[dict[str, str], str]] = {
    "/v1/explain": (
        {"strategy": MODEL_BOOK, "symbol": "US010"},
        f"from explain_weight('{LAST}', '{MODEL_BOOK}', 'US010')",
    ),
    "/v1/explain/leg": (
        {"strategy": BOOK, "as_of": PAST},
        f"from explain_leg('{PAST}', '{BOOK}')",
    ),
    "/v1/explain/book": (
        {"strategy": BOOK, "as_of": PAST},
        f"from explain_book('{PAST}', '{BOOK}')",
    ),
    "/v1/explain/sleeves": (
        {"strategy": "equity_family_sleeves"},
        f"from explain_sleeves('{LAST}', 'equity_family_sleeves')",
    ),
    "/v1/explain/score": (
        {"symbol": "US010", "score": "ridge"},
        f"from explain_score('{LAST}', 'US010', 'ridge')",
    ),
    "/v1/explain/factor": (
        {"symbol": "US010", "factor": "size", "as_of": PAST},
        f"from explain_factor('{PAST}', 'US010', 'size')",
    ),
    "/v1/explain/inputs": (
        {"symbol": "US010", "factor": "momentum_12_1"},
        f"from explain_inputs('{LAST}', 'US010', 'momentum_12_1')",
    ),
}
ASKED = {
    **{endpoint.path: {} for endpoint in ENDPOINTS},
    **{path: asked for path, (asked, _) in EXPLAINED.items()},
}


def rows_of(client: TestClient, path: str, asked: dict[str, Any]) -> Rows:
    answer = client.get(path, params={**MANY, **asked})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total"] == len(body["data"]) == int(answer.headers["X-Total-Count"])
    assert body["build"] == answer.headers["X-Factorhouse-Build"]
    return body["data"]


def keyed(rows: Rows, columns: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row[column] for column in columns): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("case", SAME)
def test_rows_equal_sql_on_the_file(client: TestClient, sql: Sql, case: str) -> None:
    path, asked, query, key = SAME[case]
    found, expected = keyed(rows_of(client, path, asked), key), keyed(sql(query), key)
    assert found.keys() == expected.keys()
    assert expected
    shared = set(next(iter(found.values()))) & set(next(iter(expected.values())))
    assert len(shared) > len(key) + 2 or path == "/v1/ranks"
    for name, row in expected.items():
        assert {column: found[name][column] for column in shared} == {
            column: row[column] for column in shared
        }


@pytest.mark.parametrize("path", EXPLAINED)
def test_explanations_are_what_the_questions_answer(
    client: TestClient, sql: Sql, path: str
) -> None:
    asked, query = EXPLAINED[path]
    found, expected = rows_of(client, path, asked), sql(query)
    assert expected
    assert sorted(map(said, found)) == sorted(map(said, expected))
    if "step" in found[0]:
        assert [row["step"] for row in found] == sorted(row["step"] for row in found)


def said(row: dict[str, Any]) -> str:
    """A row as text, instants in one form."""
    return json.dumps(
        {
            name: value.replace("T", " ").removesuffix("Z")
            if name.endswith("_at") and value
            else value
            for name, value in row.items()
        }
    )


def test_ranks_are_those_that_strategies_choose_by(client: TestClient, sql: Sql) -> None:
    """Of every score and class on a day on which all strategies choose."""
    chosen = sql("from construction.candidates where as_of_date = '2017-12-29'")
    served = keyed(
        rows_of(client, "/v1/ranks", {"start": "2017-12-29", "end": "2017-12-29"}),
        ("score_name", "asset_class", "symbol"),
    )
    assert len({row["score_name"] for row in chosen}) > 5
    for row in chosen:
        same = served[row["score_name"], row["asset_class"], row["symbol"]]
        assert {name: same[name] for name in row} == row


@pytest.mark.parametrize("path", ASKED)
def test_csv_says_what_json_says(client: TestClient, path: str) -> None:
    asked = {**ASKED[path], "limit": "500"}
    as_objects = client.get(path, params=asked)
    as_lines = client.get(path, params=asked, headers={"Accept": "text/csv"})
    assert as_lines.headers["Content-Type"].startswith("text/csv")
    for header in ("X-Total-Count", "X-Factorhouse-Build"):
        assert as_lines.headers[header] == as_objects.headers[header]
    rows = list(csv.DictReader(io.StringIO(as_lines.text)))
    data = as_objects.json()["data"]
    assert len(rows) == len(data) > 0
    for row, given in zip(rows, data, strict=True):
        assert list(row) == list(given)
        for name, value in given.items():
            assert row[name] == written(value) or float(row[name]) == value


def written(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    ("path", "asked", "limit"),
    [
        ("/v1/signals", {}, 37),
        ("/v1/weights", {"start": "2017-06-01"}, 199),
        ("/v1/ranks", {"score": ["size", "ridge", "composite"]}, 23),
        ("/v1/performance/daily", {"strategy": BOOK, "start": "2015-01-01"}, 250),
        ("/v1/explain/inputs", {"symbol": "US010", "factor": "momentum_12_1"}, 60),
    ],
)
def test_pages_hold_every_row_once(
    client: TestClient, path: str, asked: dict[str, Any], limit: int
) -> None:
    whole = rows_of(client, path, asked)
    found: Rows = []
    answer = client.get(path, params={**asked, "limit": limit})
    n_pages = 1
    while True:
        body = answer.json()
        assert body["offset"] == len(found)
        assert body["total"] == len(whole)
        found += body["data"]
        if not body["next"]:
            break
        assert answer.headers["Link"] == f'<{body["next"]}>; rel="next"'
        answer = client.get(body["next"])
        n_pages += 1
    assert found == whole
    assert n_pages == math.ceil(len(whole) / limit) > 1
    beyond = client.get(path, params={**asked, "offset": len(whole)}).json()
    assert (beyond["data"], beyond["total"], beyond["next"]) == ([], len(whole), None)


@pytest.mark.parametrize("path", ["/v1/signals", "/v1/weights", "/v1/ranks", "/v1/strategies"])
def test_filters_keep_what_they_name(client: TestClient, path: str) -> None:
    whole = rows_of(client, path, {})
    columns = {"score": "score_name"} if path == "/v1/ranks" else {}
    for name in ("strategy", "symbol", "asset_class", "score"):
        column = columns.get(name, name)
        if column not in whole[0] or isinstance(whole[0][column], float):
            continue
        values = sorted({row[column] for row in whole})
        for asked in (values[:1], values[-2:]):
            if name == "asset_class" and len(asked) > 1:
                continue
            expected = [row for row in whole if row[column] in asked]
            assert rows_of(client, path, {name: asked}) == expected, (name, asked)


@pytest.mark.parametrize("day", ["2012-01-01", "2013-05-14", PAST, "2017-12-30"])
def test_nothing_later_is_shown_as_of_a_day(client: TestClient, sql: Sql, day: str) -> None:
    weights = rows_of(client, "/v1/weights", {"as_of": day})
    expected = sql(
        "from portfolios.target_weights where as_of_date <= $day "
        "and (desired_weight <> 0 or trade_date <= $day) "
        "qualify as_of_date = max(as_of_date) over (partition by strategy)",
        day=date.fromisoformat(day),
    )
    assert len(weights) == len(expected)
    for row in weights:
        assert row["as_of_date"] <= day
        assert row["target_weight"] is None or row["trade_date"] <= day
    known = {(row["strategy"], row["symbol"]): row for row in expected}
    for row in weights:
        same = known[row["strategy"], row["symbol"]]
        assert row["desired_weight"] == same["desired_weight"]
        assert row["target_weight"] in (None, same["target_weight"])

    ranks = rows_of(client, "/v1/ranks", {"as_of": day})
    newest = sql(
        "select asset_class, max(as_of_date) as day from factors.factor_dates "
        "where as_of_date <= $day group by all",
        day=date.fromisoformat(day),
    )
    days = {row["asset_class"]: row["day"] for row in newest}
    assert all(row["as_of_date"] <= days[row["asset_class"]] for row in ranks)
    for row in rows_of(client, "/v1/performance/daily", {"as_of": day}):
        assert row["date"] <= day
    for row in rows_of(client, "/v1/performance/daily", {"as_of": day, "start": "2017-12-01"}):
        assert row["date"] <= day
    assert all(
        row["last_date"] <= day for row in rows_of(client, "/v1/performance", {"as_of": day})
    )
    assert all(row["as_of_date"] <= day for row in rows_of(client, "/v1/signals", {"as_of": day}))
    for row in rows_of(client, "/v1/factors", {"as_of": day}):
        assert row["last_date"] is None or row["last_date"] <= day
        assert row["last_date"] or row["mean_ann"] is None


def test_what_a_book_cannot_sell_is_shown_from_its_trade_on(client: TestClient, sql: Sql) -> None:
    rows = sql(
        "select strategy, symbol, as_of_date, trade_date from portfolios.target_weights "
        "where desired_weight = 0 and trade_date > as_of_date order by all limit 3"
    )
    assert rows
    for row in rows:
        asked = {"strategy": row["strategy"], "symbol": row["symbol"], "start": row["as_of_date"]}
        for day, n_rows in ((row["as_of_date"], 0), (row["trade_date"], 1)):
            found = rows_of(client, "/v1/weights", {**asked, "as_of": day})
            assert (
                len([each for each in found if each["as_of_date"] == row["as_of_date"]]) == n_rows
            )


@pytest.mark.parametrize("path", EXPLAINED)
def test_explanations_use_nothing_later(client: TestClient, path: str) -> None:
    rows = rows_of(client, path, {**EXPLAINED[path][0], "as_of": PAST})
    assert rows
    days = {name for name in rows[0] if name in ("as_of_date", "date", "row_date", "session_date")}
    assert days
    for row in rows:
        assert all((row[name] or "") <= PAST for name in days), row


def test_an_empty_answer_says_what_to_do(client: TestClient) -> None:
    for path in ("/v1/signals", "/v1/performance"):
        body = client.get(path, params={"as_of": PAST}).json()
        assert body["data"] == []
        assert LAST in body["note"] and "/v1/" in body["note"]
    assert client.get("/v1/signals").json()["note"] is None


@pytest.mark.parametrize("kind", ["inputs", "factor"])
@pytest.mark.parametrize(
    ("symbol", "factor"), [("COIN01", "book_to_market"), ("US010", "momentum_12_1")]
)
def test_what_has_no_value_says_each_cause(
    client: TestClient, kind: str, symbol: str, factor: str
) -> None:
    asked = {"symbol": symbol, "factor": factor, "as_of": "2000-01-01"}
    body = client.get(f"/v1/explain/{kind}", params=asked).json()
    assert body["data"] == []
    for cause in ("delisted", "listed", "asset class", "earlier or later", "/v1/factors"):
        assert cause in body["note"]


def test_no_number_is_nan_or_infinite() -> None:
    page = Page(["a", "b"], [(math.nan, math.inf), (-math.inf, 1.5)], 2)
    assert json.loads(as_json(page, {}))["data"] == [{"a": None, "b": None}, {"a": None, "b": 1.5}]
    assert as_csv(page) == b"a,b\r\n,\r\n,1.5\r\n"
