"""The coinmetrics source: the real client asks Coin Metrics on loopback, well behaved and not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ingest.config import load_dataset
from ingest.errors import DatasetError
from ingest.retry_after import retry_after
from ingest.runs import exit_code, ingest
from tests.upstreams.asking import (
    FAST,
    IMPATIENT,
    Answers,
    Asking,
    asking,
    dataset_file,
    days,
    landed,
)
from tests.upstreams.coinmetrics import Asset, CoinMetrics
from tests.upstreams.loopback import Fault

NOW = datetime(2024, 3, 1, 15, 30, tzinfo=UTC)
YESTERDAY = date(2024, 2, 29)
START = date(2024, 1, 1)
CATALOG = "/catalog-v2/asset-metrics?assets=btc"
SERIES = "/timeseries/asset-metrics?assets=btc"
NAMES = {
    "market_cap": "CapMrktCurUSD",
    "active_addresses": "AdrActCnt",
    "adjusted_transfer_value": "TxTfrValAdjUSD",
    "supply": "SplyCur",
}
BTC = Asset("btc", date(2023, 11, 1), ("PriceUSD", *NAMES.values()), ("FlowInExNtv",))
NEW = Asset("new", date(2024, 2, 1), ("PriceUSD", "CapMrktEstUSD"), ("AdrActCnt", "SplyCur"))
UNIVERSE = """symbol,name,base,coinmetrics,asset_kind
BTC-USD,Bitcoin,BTC,btc,coin
NEW-USD,New coin,NEW,new,coin
WRAP-USD,Wrapped,WRAP,,wrapped
"""


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    upstream = CoinMetrics([BTC, NEW], NOW)
    with asking(
        tmp_path, monkeypatch, "coinmetrics", upstream, universe=UNIVERSE, now=NOW, start=START
    ) as found:
        yield found


def values(answers: Answers, asset: str) -> list[tuple[str, date, str]]:
    """Metric, day and value of what came, in the order it came."""
    rows = answers.rows(asset)
    return [(row["metric"], row["period_end_date"], row["value"]) for row in rows]


def right(first: date = START) -> list[tuple[str, date, str]]:
    """What has to land of bitcoin."""
    return [
        (metric, day, BTC.value(name, day))
        for metric, name in NAMES.items()
        for day in days(first, YESTERDAY)
    ]


def test_the_metrics_of_each_day_land(ask: Asking) -> None:
    answers = ask()
    assert answers.outcomes == {"btc": "ok", "new": "ok"}
    assert values(answers, "btc") == right()
    assert answers.parts["btc"].message == ""
    assert answers.batches == []  # the coins are described by another source
    assert {
        (row["symbol"], row["metric"], row["frequency"], row["currency"], row.get("published_at"))
        for row in answers.rows("btc")
    } == {
        ("BTC-USD", "market_cap", "day", "USD", None),
        ("BTC-USD", "active_addresses", "day", None, None),
        ("BTC-USD", "adjusted_transfer_value", "day", "USD", None),
        ("BTC-USD", "supply", "day", None, None),
    }
    assert len(ask.loopback.seen("assets=btc")) == 2


def test_without_a_start_all_there_is_comes(ask: Asking) -> None:
    assert values(ask(start=None), "btc") == right(BTC.first)


def test_an_asset_that_lacks_metrics_brings_the_others(ask: Asking) -> None:
    """Its market cap is the estimated one; two metrics are for customers, one is not listed."""
    answers = ask()
    assert values(answers, "new") == [
        ("market_cap", day, NEW.value("CapMrktEstUSD", day)) for day in days(NEW.first, YESTERDAY)
    ]
    assert answers.parts["new"].message == (
        "nothing of active_addresses, adjusted_transfer_value, supply"
    )
    asked_for = ask.loopback.seen("assets=new")[-1].query["metrics"].split(",")
    assert set(asked_for) == {"CapMrktEstUSD", "AdrActCnt", "SplyCur"}


def test_the_market_cap_is_of_one_kind(ask: Asking) -> None:
    """Where both are there the estimated one is left alone, also on days without the other."""
    hole = {"CapMrktCurUSD": [date(2024, 2, 10)]}
    ask.upstream.assets = [
        Asset("new", NEW.first, ("CapMrktCurUSD", "CapMrktEstUSD"), null=hole),
        BTC,
    ]
    assert values(ask(), "new") == [
        ("market_cap", day, NEW.value("CapMrktCurUSD", day))
        for day in days(NEW.first, YESTERDAY)
        if day != date(2024, 2, 10)
    ]


def test_a_day_without_a_value_is_no_row(ask: Asking) -> None:
    hole = frozenset(days(date(2024, 1, 10), date(2024, 1, 20)))
    ask.upstream.assets = [Asset("btc", BTC.first, BTC.metrics, null={"AdrActCnt": hole}), NEW]
    assert values(ask(), "btc") == [
        row for row in right() if row[0] != "active_addresses" or row[1] not in hole
    ]


def test_all_pages_come(ask: Asking) -> None:
    ask.upstream.most = 17
    assert values(ask(), "btc") == right()
    assert len(ask.loopback.seen(SERIES)) == 4  # 60 days


def test_a_fault_on_a_later_page_costs_that_page_alone(ask: Asking) -> None:
    ask.upstream.most = 17
    ask.loopback.faults.append(Fault(SERIES, "html", skip=2))
    answers = ask()
    assert values(answers, "btc") == right()
    assert answers.parts["btc"].n_attempts == 2
    assert len(ask.loopback.seen(SERIES)) == 5


def test_half_of_the_pages_are_nothing(ask: Asking) -> None:
    ask.upstream.most = 17
    ask.loopback.faults.append(Fault(SERIES, "error", skip=2, times=None))
    answers = ask()
    assert answers.outcomes == {"btc": "failed", "new": "ok"}
    assert answers.parts["btc"].batches == ()


def test_the_unfinished_day_never_lands(ask: Asking) -> None:
    answers = ask()
    assert max(day for _, day, _ in values(answers, "btc")) == YESTERDAY
    ask.upstream.ignores_end = True
    assert values(ask(), "btc") == right()


def test_an_end_is_kept(ask: Asking) -> None:
    found = values(ask(end=date(2024, 2, 10)), "btc")
    assert max(day for _, day, _ in found) == date(2024, 2, 10)


def test_an_update_asks_a_month_back_and_brings_what_was_revised(ask: Asking) -> None:
    ask.upstream.revised["btc", "AdrActCnt", date(2024, 2, 5)] = "777"
    landed = {("fundamentals", "BTC-USD"): date(2024, 2, 20)}
    answers = ask(landed_until=landed, symbols=frozenset({"BTC-USD"}))
    found = values(answers, "btc")
    assert min(day for _, day, _ in found) == date(2024, 1, 21)
    assert ("active_addresses", date(2024, 2, 5), "777") in found
    assert answers.outcomes == {"btc": "ok"}


FAULTS = {
    "throttled, no Retry-After": Fault(SERIES, "throttle"),
    "throttled with Retry-After": Fault(SERIES, "throttle", retry_after="0.3"),
    "server error": Fault(SERIES, "error"),
    "time-out": Fault(SERIES, "hang", seconds=1.0),
    "cut JSON": Fault(SERIES, "cut"),
    "HTML": Fault(SERIES, "html"),
    "no body": Fault(SERIES, "empty"),
    "catalog as HTML": Fault(CATALOG, "html"),
    "catalog throttled": Fault(CATALOG, "throttle"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_after_a_fault_that_passes_the_rows_are_right(ask: Asking, fault: Fault) -> None:
    ask.loopback.faults.append(replace(fault))
    answers = ask(options={"fetching": IMPATIENT if fault.kind == "hang" else FAST})
    assert answers.outcomes == {"btc": "ok", "new": "ok"}
    assert values(answers, "btc") == right()
    assert answers.parts["btc"].n_attempts == 2
    if fault.retry_after:
        first, second = [request.at for request in ask.loopback.seen(SERIES)]
        assert second - first >= float(fault.retry_after)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("throttle", "throttled"),
        ("error", "failed"),
        ("hang", "failed"),
        ("cut", "failed"),
        ("html", "failed"),
        ("empty", "failed"),
        ("missing", "not_found"),
    ],
)
@pytest.mark.parametrize("place", [SERIES, CATALOG])
def test_a_fault_that_stays_fails_its_asset_alone(
    ask: Asking, place: str, kind: str, outcome: str
) -> None:
    ask.loopback.faults.append(Fault(place, kind, times=None, seconds=0.6))
    answers = ask(options={"fetching": IMPATIENT if kind == "hang" else FAST})
    assert answers.outcomes == {"btc": outcome, "new": "ok"}
    assert answers.parts["btc"].batches == ()
    assert answers.parts["btc"].message
    n_tries = 1 if outcome == "not_found" else FAST["attempts"]
    assert answers.parts["btc"].n_attempts == n_tries


def test_the_quiet_that_the_service_asks_for_is_kept(ask: Asking) -> None:
    """Its own header says when to come back, where Retry-After does not."""
    ask.upstream.throttles = 1
    ask.upstream.reset = "1"
    answers = ask(options={"fetching": {**FAST, "workers": 1}})
    assert values(answers, "btc") == right()
    first, second = [request.at for request in ask.loopback.requests][:2]
    assert second - first >= 1.0


def test_a_good_answer_counts_when_it_is_the_last_one_allowed(ask: Asking) -> None:
    """By itself the client would sleep and ask for the same again."""
    ask.upstream.remaining, ask.upstream.reset = "0", "6"
    began = datetime.now(UTC)
    assert values(ask(), "btc") == right()
    assert datetime.now(UTC) - began < timedelta(seconds=3)
    assert len(ask.loopback.seen("assets=btc")) == 2


def test_an_asset_that_the_service_does_not_know_is_not_found(ask: Asking) -> None:
    answers = ask(UNIVERSE + "NO-USD,No,NO,nosuch,coin\n")
    assert answers.outcomes == {"btc": "ok", "new": "ok", "nosuch": "not_found"}
    assert "'nosuch' is not supported" in answers.parts["nosuch"].message


def test_an_asset_without_any_of_the_metrics_is_not_found(ask: Asking) -> None:
    ask.upstream.assets = [BTC, Asset("new", NEW.first, ("PriceUSD",))]
    answers = ask()
    assert answers.outcomes == {"btc": "ok", "new": "not_found"}
    assert "none of CapMrktCurUSD" in answers.parts["new"].message


def test_nothing_in_these_dates_is_empty(ask: Asking) -> None:
    answers = ask(start=date(2023, 1, 1), end=date(2023, 2, 1))
    assert answers.outcomes == {"btc": "empty", "new": "empty"}


def test_rows_that_come_twice_and_in_no_order_land_once_in_order(ask: Asking) -> None:
    ask.upstream.twice = True
    assert values(ask(), "btc") == right()


def test_two_values_of_one_day_fail_the_asset(ask: Asking) -> None:
    """Which one is right nobody said, and nothing later could tell."""
    ask.upstream.contradicts = [date(2024, 1, 15)]
    answers = ask()
    assert answers.outcomes == {"btc": "failed", "new": "ok"}
    assert "two values of CapMrktCurUSD on 2024-01-15" in answers.parts["btc"].message


def test_the_right_json_under_a_wrong_content_type_is_read(ask: Asking) -> None:
    ask.loopback.faults.append(Fault("/", "wrong_type", times=None))
    assert values(ask(), "btc") == right()


def test_what_is_missing_is_logged_and_an_update_brings_it(
    ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(ask.folder / "warehouse"))
    dataset = dataset_file(ask.folder, "coinmetrics", UNIVERSE)
    spec = load_dataset(str(dataset))
    fault = Fault(SERIES, "html", times=None)
    ask.loopback.faults.append(fault)
    assert exit_code(ingest(spec, start=START, now=NOW)) == 3
    log = "select item, outcome, n_attempts, n_rows from raw.fetch_log order by load_id, item"
    n_new = len(days(NEW.first, YESTERDAY))
    assert landed(dataset, log) == [("btc", "failed", 3, 0), ("new", "ok", 1, n_new)]
    assert landed(dataset, "select count(*) from raw.fundamentals") == [(n_new,)]
    ask.loopback.faults.clear()
    ask.upstream.now = tomorrow = NOW + timedelta(days=1)
    assert exit_code(ingest(spec, start=START, now=tomorrow, is_update=True)) == 0
    assert landed(
        dataset,
        "select metric, period_end_date, value, currency, published_at from raw.fundamentals "
        "where symbol = 'BTC-USD' order by all",
    ) == sorted(
        (metric, day, float(BTC.value(name, day)), "USD" if "USD" in name else None, None)
        for metric, name in NAMES.items()
        for day in days(START, NOW.date())
    )
    assert landed(dataset, "select count(*) from raw.fundamentals where symbol = 'NEW-USD'") == [
        (n_new + 1,)
    ]


@pytest.mark.parametrize(
    ("universe", "says"),
    [
        ("symbol,base\nBTC-USD,BTC\n", "no row has an id in the column coinmetrics"),
        ("symbol,coinmetrics\nBTC-USD,btc\nXBT-USD,btc\n", "line 3: BTC-USD has the id 'btc'"),
    ],
)
def test_a_list_that_cannot_be_asked_for_is_refused(ask: Asking, universe: str, says: str) -> None:
    with pytest.raises(DatasetError, match=says):
        ask(universe)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), (" 0.5 ", 0.5), ("-3", 0.0), ("", None), ("soon", None)],
)
def test_the_seconds_of_a_retry_after(text: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": text}) == seconds
    assert retry_after({}) is None


def test_the_date_of_a_retry_after() -> None:
    later = (datetime.now(UTC) + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 85 < retry_after({"Retry-After": later}) <= 90
    assert retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0
