"""A statement counts from its filing on, and a restatement changes nothing earlier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import exchange_calendars
import pytest
import yaml

from tests.builds import Market, market
from tests.conftest import made_once, shared_folder
from tests.upstreams.asking import FAST
from tests.upstreams.edgar import Company, Edgar, Filing
from tests.upstreams.loopback import Loopback

FIRST, LAST = date(2020, 1, 2), date(2021, 6, 30)
DAY = timedelta(days=1)
AMENDED = date(2021, 4, 9)
BEFORE, AFTER = "2021-07-01T22:00:00", "2021-07-02T22:00:00"


def report(form: str, filed: str, end: str, income: float, assets: float, **more: float) -> Filing:
    """A report of 2020: net income since January, total assets, and shares on the filing day."""
    facts = {"NetIncomeLoss": [("2020-01-01", end, income)], "Assets": [(None, end, assets)]}
    for tag, value in more.items():
        facts[f"dei:{tag}"] = [(None, filed, value)]
    return Filing(form, filed, facts)


REPORTS = (
    report("10-Q", "2020-05-06", "2020-03-31", 1, 100, EntityCommonStockSharesOutstanding=1000),
    report("10-Q", "2020-08-05", "2020-06-30", 3, 110, EntityCommonStockSharesOutstanding=2000),
    report("10-Q", "2020-11-04", "2020-09-30", 7, 120, EntityCommonStockSharesOutstanding=2000),
    report("10-K", "2021-02-10", "2020-12-31", 15, 130, EntityCommonStockSharesOutstanding=2000),
)
AMENDMENT = report("10-K/A", AMENDED.isoformat(), "2020-12-31", 14, 128)

# Metric, filing day, newest value, and of income the trailing year: the sum of four quarters.
KNOWN_BEFORE = [
    ("net_income", "2020-05-06", 1, None),
    ("net_income", "2020-08-05", 2, None),
    ("net_income", "2020-11-04", 4, None),
    ("net_income", "2021-02-10", 8, 15),
    ("total_assets", "2020-05-06", 100, None),
    ("total_assets", "2020-08-05", 110, None),
    ("total_assets", "2020-11-04", 120, None),
    ("total_assets", "2021-02-10", 130, None),
]
KNOWN_AFTER = [
    *KNOWN_BEFORE,
    ("net_income", "2021-04-09", 7, 14),
    ("total_assets", "2021-04-09", 128, None),
]


def dataset(folder: Path) -> Path:
    """Bars of some names from a file (strategies want more than one), statements from the SEC."""
    sessions = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST).sessions
    names = ["AAA", *(f"X{number:02d}" for number in range(39))]
    bars = [f"{name},{day.date()},10,1000000" for name in names for day in sessions]
    (folder / "prices.csv").write_text("\n".join(["symbol,bar_date,close,volume", *bars]))
    (folder / "universe.csv").write_text("\n".join(["symbol", *names]))
    (folder / "filers.csv").write_text("symbol\nAAA\n")
    files = {
        "source": "files",
        "universe": [
            {
                "file": "universe.csv",
                "columns": {"symbol": "symbol"},
                "constants": {
                    "asset_class": "equity",
                    "venue": "XNYS",
                    "country": "US",
                    "currency": "USD",
                },
            }
        ],
        "prices": [
            {
                "file": "prices.csv",
                "columns": {name: name for name in ("symbol", "bar_date", "close", "volume")},
                "currency": "USD",
                "price_basis": "as_traded",
            }
        ],
    }
    edgar = {
        "source": "edgar",
        "universe": ["filers.csv"],
        "user_agent": "Jane Doe jane@example.org",
        "fetching": FAST,
    }
    document = {"name": "filed", "base_currency": "USD", "sources": [files, edgar]}
    path = folder / "filed.yml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Market]:
    """The company before its amendment, and after an update that brought it."""

    def make(folder: Path) -> None:
        company = Company(11, filings=list(REPORTS))
        path = dataset(folder)
        with Loopback(folder / "upstream", Edgar({"AAA": company})) as loopback:
            before = market(folder / "before", path, **loopback.environment)
            before.ingest("--now", BEFORE)
            before.models_alone("--select", "+fundamentals_known +prices_daily")
            after = before.copied(folder / "after")
            company.filings.append(AMENDMENT)
            after.ingest("--update", "--now", AFTER)
            after.models_alone("--select", "+fundamentals_known +prices_daily")

    folder = shared_folder(tmp_path_factory) / "filed"
    made_once(folder, make)
    return {name: market(folder / name, folder / "filed.yml") for name in ("before", "after")}


def rows(built: Market, query: str, *values: object) -> list[tuple]:
    connection = duckdb.connect(str(built.path), read_only=True)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def known(built: Market) -> list[tuple]:
    return rows(
        built,
        "select metric, cast(known_from as varchar), last_value, "
        "case metric when 'net_income' then ttm_value end "
        "from prepared.fundamentals_known where metric <> 'shares_outstanding' order by all",
    )


def value_on(built: Market, metric: str, day: date) -> float | None:
    found = rows(
        built,
        "select last_value from prepared.fundamentals_known "
        "where metric = ? and ? >= known_from and ? < known_to",
        metric,
        day,
        day,
    )
    return found[0][0] if found else None


def test_what_is_known_changes_on_filing_days_alone(filed: dict[str, Market]) -> None:
    assert known(filed["before"]) == sorted(KNOWN_BEFORE)
    assert known(filed["after"]) == sorted(KNOWN_AFTER)


@pytest.mark.parametrize("number", range(4))
def test_a_statement_is_invisible_the_day_before_its_filing(
    filed: dict[str, Market], number: int
) -> None:
    metrics = {name: [row for row in KNOWN_BEFORE if row[0] == name] for name, *_ in KNOWN_BEFORE}
    for metric, statements in metrics.items():
        _, day, value, _ = statements[number]
        earlier = statements[number - 1][2] if number else None
        first_day = date.fromisoformat(day)
        assert value_on(filed["after"], metric, first_day - DAY) == earlier
        assert value_on(filed["after"], metric, first_day) == value


def test_shares_count_from_their_filing(filed: dict[str, Market]) -> None:
    caps = dict(
        rows(
            filed["after"],
            "select as_of_date, market_cap_usd from prepared.prices_daily where symbol = 'AAA'",
        )
    )
    expected = {date(2020, 5, 5): None, date(2020, 5, 6): 10000, date(2020, 8, 4): 10000}
    expected |= {date(2020, 8, 5): 20000, LAST: 20000}
    assert {day: caps[day] for day in expected} == expected


def test_a_restatement_changes_nothing_earlier(filed: dict[str, Market]) -> None:
    query = (
        "select * exclude (known_to), least(known_to, ?) as known_to "
        "from prepared.fundamentals_known where known_from < ? order by all"
    )
    before, after = (rows(filed[name], query, AMENDED, AMENDED) for name in ("before", "after"))
    assert before == after
    assert len(before) == len(KNOWN_BEFORE) + 4
    assert value_on(filed["after"], "net_income", AMENDED - DAY) == 8
    assert value_on(filed["after"], "net_income", AMENDED) == 7


def test_an_update_lands_the_amendment_alone(filed: dict[str, Market]) -> None:
    landed = rows(
        filed["after"],
        "select metric, frequency, cast(published_at as varchar), value from raw.fundamentals "
        "where load_id > (select max(load_id) from raw.loads where started_at < ?) order by all",
        date(2021, 7, 2),
    )
    moment = f"{AMENDED} 23:59:59.999999"
    assert landed == [
        ("net_income", "quarter", moment, 7),
        ("net_income", "year", moment, 14),
        ("total_assets", "quarter", moment, 128),
    ]


Statement = tuple[date, str, date, float]  # known on, frequency, period end, value


@pytest.fixture(scope="module")
def demo_statements(small_market: Market) -> dict[tuple[str, str], list[Statement]]:
    """Statements of the demo market by symbol and metric, each with the day it became known."""
    found = defaultdict(list)
    for symbol, metric, *statement in rows(
        small_market,
        "select symbol, metric, coalesce(cast(published_at as date), period_end_date "
        "+ case frequency when 'quarter' then 90 else 120 end), frequency, period_end_date, value "
        "from raw.fundamentals where frequency <> 'day' and isfinite(value)",
    ):
        found[symbol, metric].append(tuple(statement))
    return dict(found)


def newest(statements: Sequence[Statement], day: date) -> float | None:
    """The value of the newest period known on a day, in its newest version."""
    there = [statement for statement in statements if statement[0] <= day]
    return max(there, key=lambda row: (row[2], row[1] == "quarter", row[0]))[3] if there else None


@pytest.fixture(scope="module")
def demo_known(small_market: Market) -> Iterator[dict[tuple[str, str], list[tuple]]]:
    found = defaultdict(list)
    for symbol, metric, *stretch in rows(
        small_market,
        "select symbol, metric, known_from, known_to, last_value from prepared.fundamentals_known",
    ):
        found[symbol, metric].append(tuple(stretch))
    yield dict(found)


def test_the_demo_market_has_restatements_and_lags(
    demo_statements: dict[tuple[str, str], list[Statement]],
) -> None:
    periods = [(key, row[1:3]) for key, own in demo_statements.items() for row in own]
    assert len(periods) > 5000
    assert len(periods) - len(set(periods)) > 20


def test_demo_statements_count_from_their_publication(
    demo_statements: dict[tuple[str, str], list[Statement]],
    demo_known: dict[tuple[str, str], list[tuple]],
) -> None:
    last_day = max(stretch[0] for own in demo_known.values() for stretch in own)
    n_compared = 0
    for key, statements in demo_statements.items():
        for day in sorted({row[0] for row in statements if row[0] <= last_day}):
            for seen_on in (day - DAY, day):
                values = [last for start, end, last in demo_known[key] if start <= seen_on < end]
                expected = newest(statements, seen_on)
                assert values == ([] if expected is None else [expected]), (key, seen_on)
                n_compared += 1
    assert n_compared > 10000
