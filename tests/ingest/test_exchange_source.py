"""The exchange source: the real ccxt asks an exchange on loopback, well behaved and not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import ccxt
import pytest

from ingest.candles import Candle, filled, missing_days, paged, spans
from ingest.config import load_dataset
from ingest.errors import DatasetError
from ingest.runs import exit_code, ingest
from tests.builds import Market
from tests.upstreams.asking import (
    FAST,
    IMPATIENT,
    Answers,
    Asking,
    asked,
    asking,
    dataset_file,
    days,
    landed,
    rows_of,
)
from tests.upstreams.exchange import Bitstamp, Coin, Exchange
from tests.upstreams.loopback import Fault, Loopback

NOW = datetime(2024, 3, 1, 15, 30, tzinfo=UTC)
TODAY, YESTERDAY = NOW.date(), date(2024, 2, 29)
START = date(2024, 1, 1)
BTC = Coin("BTC", date(2022, 5, 1), level=30000.0)
ETH = Coin("ETH", date(2024, 1, 20))
OLD = Coin("OLD", date(2022, 1, 10), last=date(2022, 2, 3))
UNIVERSE = """symbol,name,base,coinmetrics,asset_kind,exchange_symbol
BTC-USD,Bitcoin,BTC,btc,coin,
ETH-USD,Ether,ETH,eth,coin,
"""


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    upstream = Exchange([BTC, ETH, OLD], NOW)
    with asking(
        tmp_path, monkeypatch, "exchange", upstream, universe=UNIVERSE, now=NOW, start=START
    ) as found:
        yield found


def candles(answers: Answers, market: str) -> list[tuple]:
    return [
        tuple(row[name] for name in ("bar_date", "open", "high", "low", "close", "volume"))
        for row in answers.rows(market)
    ]


def right(coin: Coin, first: date = START, last: date = YESTERDAY) -> list[tuple]:
    """What has to land of a coin."""
    return [coin.row(day) for day in days(first, last) if coin.trades_on(day, TODAY)]


def test_the_whole_history_lands_page_by_page(ask: Asking) -> None:
    universe = UNIVERSE + "GONE-USD,Gone,OLD,,wrapped,OLD/USD\n"
    answers = ask(universe, start=date(2021, 6, 1))
    assert answers.outcomes == dict.fromkeys(("BTC/USD", "ETH/USD", "OLD/USD"), "ok")
    assert candles(answers, "BTC/USD") == right(BTC, BTC.first)
    assert candles(answers, "ETH/USD") == right(ETH)
    assert candles(answers, "OLD/USD") == right(OLD, OLD.first)
    assert {
        (row["symbol"], row["currency"], row["price_basis"]) for row in answers.rows("OLD/USD")
    } == {("GONE-USD", "USD", "as_traded")}
    assert not any(part.message for part in answers.parts.values())
    assert [len(ask.loopback.seen(path)) for path in ("/currencies", "/products?")] == [1, 1]
    assert len(ask.loopback.seen("BTC-USD/candles")) == 4  # an empty page and 670 days


def test_the_coins_are_described(ask: Asking) -> None:
    answers = ask(UNIVERSE + "USDT-USD,Tether,USDT,usdt,stablecoin,\n")
    assert [
        {name: value for name, value in row.items() if value is not None}
        for row in rows_of(answers.batches)
    ] == [
        {
            "symbol": symbol,
            "asset_class": "crypto",
            "venue": "24/7",
            "currency": "USD",
            "name": name,
            "asset_kind": kind,
            "source_row": row,
        }
        for row, (symbol, name, kind) in enumerate(
            [
                ("BTC-USD", "Bitcoin", "coin"),
                ("ETH-USD", "Ether", "coin"),
                ("USDT-USD", "Tether", "stablecoin"),
            ],
            start=2,
        )
    ]
    assert {batch.table for batch in answers.batches} == {"universe"}


def test_without_a_start_the_first_candle_is_found_in_few_requests(ask: Asking) -> None:
    one_coin = "".join(UNIVERSE.splitlines(keepends=True)[:2])
    answers = ask(one_coin, start=None, options={"fetching": {**FAST, "workers": 1}})
    assert candles(answers, "BTC/USD") == right(BTC, BTC.first)
    assert len(ask.loopback.seen("BTC-USD/candles")) < 20


def test_an_unfinished_candle_never_lands(ask: Asking) -> None:
    ask.upstream.now = NOW  # its candle of today is there
    assert candles(ask(), "BTC/USD")[-1] == BTC.row(YESTERDAY)
    just_after_midnight = datetime(2024, 3, 2, 0, 0, 1, tzinfo=UTC)
    ask.upstream.now = just_after_midnight
    assert candles(ask(now=just_after_midnight), "BTC/USD")[-1] == BTC.row(TODAY)


def test_a_clock_elsewhere_is_still_read_in_utc(ask: Asking) -> None:
    tokyo = datetime.fromisoformat("2024-03-02T00:30:00+09:00")  # 15:30 UTC of March 1
    assert candles(ask(now=tokyo), "BTC/USD")[-1][0] == YESTERDAY


def test_an_end_is_kept(ask: Asking) -> None:
    answers = ask(end=date(2024, 2, 10))
    assert candles(answers, "BTC/USD") == right(BTC, START, date(2024, 2, 10))


def test_an_update_asks_for_what_is_new_and_a_few_days_before(ask: Asking) -> None:
    landed = {("prices", "BTC-USD"): date(2024, 2, 20)}
    answers = ask(landed_until=landed, symbols=frozenset({"BTC-USD"}))
    assert answers.outcomes == {"BTC/USD": "ok"}
    assert candles(answers, "BTC/USD") == right(BTC, date(2024, 2, 15))
    assert len(ask.loopback.seen("candles")) == 1


FAULTS = {
    "throttled, no Retry-After": Fault("BTC-USD/candles", "throttle"),
    "throttled with Retry-After": Fault("BTC-USD/candles", "throttle", retry_after="0.3"),
    "server error": Fault("BTC-USD/candles", "error"),
    "time-out": Fault("BTC-USD/candles", "hang", seconds=1.0),
    "cut JSON": Fault("BTC-USD/candles", "cut"),
    "HTML": Fault("BTC-USD/candles", "html"),
    "no body": Fault("BTC-USD/candles", "empty"),
    "markets as HTML": Fault("/products?", "html"),
    "markets cut": Fault("/products?", "cut"),
    "no currencies": Fault("/currencies", "error"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_after_a_fault_that_passes_the_rows_are_right(ask: Asking, fault: Fault) -> None:
    ask.loopback.faults.append(replace(fault))
    answers = ask(options={"fetching": IMPATIENT if fault.kind == "hang" else FAST})
    assert answers.outcomes == {"BTC/USD": "ok", "ETH/USD": "ok"}
    assert candles(answers, "BTC/USD") == right(BTC)
    assert candles(answers, "ETH/USD") == right(ETH)
    assert max(part.n_attempts for part in answers.parts.values()) == 2
    if fault.retry_after:
        first, second = [request.at for request in ask.loopback.seen(fault.match)][:2]
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
def test_a_fault_that_stays_fails_its_coin_alone(ask: Asking, kind: str, outcome: str) -> None:
    ask.loopback.faults.append(Fault("BTC-USD/candles", kind, times=None, seconds=0.6))
    answers = ask(options={"fetching": IMPATIENT if kind == "hang" else FAST})
    assert answers.outcomes == {"BTC/USD": outcome, "ETH/USD": "ok"}
    assert answers.parts["BTC/USD"].batches == ()
    assert answers.parts["BTC/USD"].message
    assert candles(answers, "ETH/USD") == right(ETH)
    n_tries = 1 if outcome == "not_found" else FAST["attempts"]
    assert answers.parts["BTC/USD"].n_attempts == n_tries
    assert len(ask.loopback.seen("BTC-USD/candles")) == n_tries


def test_json_about_something_else_is_no_empty_page(ask: Asking) -> None:
    ask.upstream.rests = 1
    assert candles(ask(), "BTC/USD") == right(BTC)
    ask.upstream.rests = 1000
    assert ask().outcomes == {"BTC/USD": "failed", "ETH/USD": "failed"}


def test_half_a_history_is_no_history(ask: Asking) -> None:
    ask.loopback.faults.append(Fault("BTC-USD/candles", "error", times=None, skip=1))
    answers = ask(start=date(2023, 1, 1))
    assert answers.outcomes["BTC/USD"] == "failed"
    assert answers.parts["BTC/USD"].batches == ()


def test_a_refusal_is_not_tried_again(ask: Asking) -> None:
    """403 and 451 are how an exchange turns a country away."""
    ask.upstream.refuses = 451
    answers = ask()
    assert answers.outcomes == {"BTC/USD": "failed", "ETH/USD": "failed"}
    assert all("451" in part.message for part in answers.parts.values())
    assert len(ask.loopback.requests) == 1


@pytest.mark.parametrize(("kind", "outcome"), [("error", "failed"), ("throttle", "throttled")])
def test_without_the_list_of_markets_every_coin_fails_with_the_reason(
    ask: Asking, kind: str, outcome: str
) -> None:
    ask.loopback.faults.append(Fault("/products?", kind, times=None))
    answers = ask()
    assert answers.outcomes == dict.fromkeys(("BTC/USD", "ETH/USD"), outcome)
    assert all("list of markets" in part.message for part in answers.parts.values())
    assert len(ask.loopback.seen("/products?")) == FAST["attempts"]  # not for each coin again
    assert rows_of(answers.batches)  # the coins are described all the same


def test_a_coin_that_the_exchange_does_not_trade_is_not_found(ask: Asking) -> None:
    answers = ask(UNIVERSE + "NO-USD,No,NO,,coin,\n")
    assert answers.outcomes == {"BTC/USD": "ok", "ETH/USD": "ok", "NO/USD": "not_found"}
    assert "no market NO/USD" in answers.parts["NO/USD"].message
    assert not ask.loopback.seen("NO-USD")


def test_a_coin_without_a_candle_in_these_dates_is_empty(ask: Asking) -> None:
    answers = ask("symbol,name,base,asset_kind\nOLD-USD,Old,OLD,coin\n")
    assert answers.outcomes == {"OLD/USD": "empty"}


def test_rows_that_come_twice_and_in_no_order_land_once_in_order(ask: Asking) -> None:
    ask.upstream.twice = True
    assert candles(ask(), "BTC/USD") == right(BTC)


def test_the_right_json_under_a_wrong_content_type_is_read(ask: Asking) -> None:
    ask.loopback.faults.append(Fault("/", "wrong_type", times=None))
    assert candles(ask(), "BTC/USD") == right(BTC)


def test_answers_shorter_than_asked_for_lose_nothing(ask: Asking) -> None:
    ask.upstream.most = 7
    assert candles(ask(), "BTC/USD") == right(BTC)


def test_a_gap_is_asked_for_again_and_filled(ask: Asking) -> None:
    hole = frozenset({date(2024, 2, 3)})
    ask.upstream.hidden = {"BTC-USD": hole}
    answers = ask()
    assert candles(answers, "BTC/USD") == right(BTC)
    assert answers.parts["BTC/USD"].message == ""
    assert ask.loopback.seen("BTC-USD/candles")[-1].query["end"].startswith("2024-02-03")


def test_a_gap_that_stays_is_noted(ask: Asking) -> None:
    silent = frozenset(days(date(2024, 2, 3), date(2024, 2, 6)))
    ask.upstream.coins = [Coin("BTC", BTC.first, silent=silent), ETH]
    answers = ask()
    assert [row[0] for row in candles(answers, "BTC/USD")] == [
        day for day in days(START, YESTERDAY) if day not in silent
    ]
    assert answers.outcomes["BTC/USD"] == "ok"
    assert answers.parts["BTC/USD"].message == (
        "no candle on 4 days in between: 2024-02-03, 2024-02-04, 2024-02-05, ..."
    )
    assert len(ask.loopback.seen("BTC-USD/candles")) == 2


def test_a_gap_after_what_is_landed_is_noted_in_an_update(ask: Asking) -> None:
    silent = frozenset(days(date(2024, 2, 15), date(2024, 2, 22)))
    ask.upstream.coins = [Coin("BTC", BTC.first, silent=silent), ETH]
    answers = ask(landed_until={("prices", "BTC-USD"): date(2024, 2, 20)})
    assert "2 days in between: 2024-02-21, 2024-02-22" in answers.parts["BTC/USD"].message


PRICES = """
    select bar_date, open, high, low, close, volume from raw.prices
    where symbol = 'BTC-USD' order by all
"""
LOG = """
    select item, outcome, greatest(n_attempts, 1), n_rows from raw.fetch_log order by load_id, item
"""


def test_what_is_missing_is_logged_and_comes_with_the_next_call(
    ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(ask.folder / "warehouse"))
    dataset = dataset_file(ask.folder, "exchange", UNIVERSE + "NO-USD,No,NO,,coin,\n")
    spec = load_dataset(str(dataset))
    ask.loopback.faults.append(Fault("BTC-USD/candles", "html", times=None))
    assert exit_code(ingest(spec, start=START, now=NOW)) == 3
    n_eth = len(right(ETH))
    assert landed(dataset, LOG) == [
        ("BTC/USD", "failed", 3, 0),
        ("ETH/USD", "ok", 1, n_eth),
        ("NO/USD", "not_found", 1, 0),
    ]
    assert landed(dataset, PRICES) == []
    assert landed(dataset, "select count(*) from raw.prices") == [(n_eth,)]
    ask.loopback.faults.clear()
    before = len(ask.loopback.seen("ETH-USD/candles"))
    assert exit_code(ingest(spec, start=START, now=NOW + timedelta(hours=1))) == 3  # NO/USD
    assert landed(dataset, PRICES) == right(BTC)
    assert len(ask.loopback.seen("ETH-USD/candles")) == before


def test_an_update_lands_the_new_day_and_what_was_rewritten(
    ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(ask.folder / "warehouse"))
    dataset = dataset_file(ask.folder, "exchange", UNIVERSE)
    spec = load_dataset(str(dataset))
    assert exit_code(ingest(spec, start=START, now=NOW)) == 0
    ask.upstream.now = tomorrow = NOW + timedelta(days=1)
    rewritten = Coin("BTC", BTC.first, level=31000.0)
    ask.upstream.rewritten = {("BTC-USD", YESTERDAY): rewritten.candle(YESTERDAY)}
    assert exit_code(ingest(spec, start=START, now=tomorrow, is_update=True)) == 0
    newest = "select max(load_id) from raw.prices"
    assert landed(
        dataset,
        f"select symbol, bar_date, close from raw.prices where load_id = ({newest}) order by all",
    ) == [
        ("BTC-USD", YESTERDAY, rewritten.row(YESTERDAY)[4]),
        ("BTC-USD", TODAY, BTC.row(TODAY)[4]),
        ("ETH-USD", TODAY, ETH.row(TODAY)[4]),
    ]
    assert landed(dataset, f"select count(*) from raw.prices where bar_date = '{YESTERDAY}'") == [
        (3,)
    ]


def test_the_command_says_what_is_missing(ask: Asking) -> None:
    dataset = dataset_file(ask.folder, "exchange", UNIVERSE)
    market = Market(ask.folder, str(dataset), "asked")
    ask.loopback.faults.append(Fault("BTC-USD/candles", "throttle", times=None))
    arguments = ("ingest", str(dataset), "--start", str(START), "--now", NOW.isoformat())
    done = market.run(*arguments, check=False)
    assert done.returncode == 3, done.stdout
    assert "BTC/USD" in done.stdout
    assert "throttled" in done.stdout


def test_two_candles_of_one_day_both_land(ask: Asking) -> None:
    """Which one is right nobody said; cleaning sets both aside."""
    other = Coin("BTC", BTC.first, level=1.0)
    ask.upstream.contradicts = {("BTC-USD", date(2024, 2, 3)): other.candle(date(2024, 2, 3))}
    found = candles(ask(), "BTC/USD")
    assert sorted(row for row in found if row[0] == date(2024, 2, 3)) == sorted(
        [BTC.row(date(2024, 2, 3)), other.row(date(2024, 2, 3))]
    )


def test_days_that_begin_elsewhere_than_at_midnight_are_refused(ask: Asking) -> None:
    ask.upstream.shift_seconds = 8 * 3600
    answers = ask()
    assert answers.outcomes == {"BTC/USD": "failed", "ETH/USD": "failed"}
    assert "begins at 08:00 UTC" in answers.parts["BTC/USD"].message


def test_another_quote_may_be_taken_for_dollars(ask: Asking) -> None:
    universe = UNIVERSE.replace("btc,coin,", "btc,coin,BTC/USD")
    answers = ask(universe, options={"quote": "USDT", "currency": "USD"})
    assert answers.outcomes == {"BTC/USD": "ok", "ETH/USDT": "not_found"}
    assert {row["currency"] for row in answers.rows("BTC/USD")} == {"USD"}


@pytest.mark.parametrize("fault", [None, "HTML", "cut JSON", "markets as HTML"], ids=str)
def test_another_exchange_is_asked_in_its_own_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str | None
) -> None:
    bitstamp = Bitstamp([BTC, ETH], NOW)
    with Loopback(tmp_path / "upstream", bitstamp) as loopback:
        for name, value in loopback.environment.items():
            monkeypatch.setenv(name, value)
        if fault:
            match = "/ohlc/btcusd/" if "candles" in FAULTS[fault].match else "/markets/"
            loopback.faults.append(replace(FAULTS[fault], match=match))
        dataset = dataset_file(tmp_path, "exchange", UNIVERSE, exchange="bitstamp")
        answers = asked(dataset, NOW, start=date(2019, 1, 1))
    assert answers.outcomes == {"BTC/USD": "ok", "ETH/USD": "ok"}
    assert candles(answers, "BTC/USD") == right(BTC, BTC.first)
    assert candles(answers, "ETH/USD") == right(ETH)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"exchange": "coinbasexchange"}, "Did you mean 'coinbaseexchange'"),
        ({"exchange": "paymium"}, "no daily candles of paymium"),
        ({"exchnage": "kraken"}, "exchnage"),
    ],
)
def test_an_exchange_that_cannot_be_asked_is_refused(ask: Asking, options: dict, says: str) -> None:
    with pytest.raises(DatasetError, match=says):
        ask(options=options)


def test_two_coins_with_one_market_are_refused(ask: Asking) -> None:
    with pytest.raises(DatasetError, match=r"universe.csv, line 4: BTC-USD has the market BTC/USD"):
        ask(UNIVERSE + "XBT-USD,Bitcoin,BTC,,coin,\n")


def test_the_rate_of_the_exchange_is_kept_to_by_all_clients_together(ask: Asking) -> None:
    """Two clients that each kept to the whole rate would be twice too fast."""
    ask(start=date(2020, 1, 1), options={"fetching": {**FAST, "workers": 2}})
    at = [request.at for request in ask.loopback.requests]
    least = ccxt.coinbaseexchange().rateLimit / 1000
    assert len(at) > 12
    assert at[-1] - at[0] > (len(at) - 3) * least * 0.95  # each client may send one at once


def candle(day: int) -> Candle:
    return Candle(date(2024, 1, day), 1.0, 1.0, 1.0, 1.0, float(day))


def test_pages_of_a_window_end_where_they_should() -> None:
    asked_for: list[tuple[int, int]] = []

    def ask(first: date, n_days: int) -> list[Candle]:
        asked_for.append((first.day, n_days))
        return [candle(day) for day in (1, 2, 3, 20, 21, 25) if day < first.day + n_days]

    found = paged(ask, date(2024, 1, 2), date(2024, 1, 25), page_days=5)
    assert [found.day.day for found in found] == [2, 3, 20, 21]
    assert asked_for == [(2, 5), (4, 5), (9, 5), (14, 5), (19, 5), (22, 5)]


def test_pages_of_the_first_candles_after_a_day_jump_over_what_is_not_there() -> None:
    n_requests = 0

    def ask(first: date, n_days: int) -> list[Candle]:
        nonlocal n_requests
        n_requests += 1
        later = [candle(day) for day in (1, 2, 3, 20, 21, 25) if day >= first.day]
        return later[:n_days]

    found = paged(ask, date(2024, 1, 1), date(2024, 1, 26), page_days=4)
    assert [found.day.day for found in found] == [1, 2, 3, 20, 21, 25]
    assert n_requests == 2


def test_missing_days_and_the_spans_they_are_asked_for_in() -> None:
    missing = missing_days({date(2024, 1, day) for day in (1, 2, 5, 20)})
    assert [day.day for day in missing] == [3, 4, *range(6, 20)]
    assert [[day.day for day in span] for span in spans(missing, longest=8)] == [
        [3, 4, 6, 7, 8, 9, 10],
        [11, 12, 13, 14, 15, 16, 17, 18],
        [19],
    ]
    assert missing_days(set()) == []


def test_what_was_not_missing_is_not_taken_from_the_second_answer() -> None:
    first = [candle(1), candle(3), candle(5)]
    changed = candle(3)._replace(close=9.0)
    found, missing = filled(
        lambda day, n_days: [candle(2), changed], first, since=None, page_days=30
    )
    assert [row.day.day for row in found] == [1, 2, 3, 5]
    assert changed not in found
    assert missing == [date(2024, 1, 4)]
