"""The yahoo source: the real yfinance against a Yahoo on loopback that also misbehaves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from click.testing import CliRunner, Result

from ingest.__main__ import main
from tests.builds import market
from tests.upstreams.loopback import Fault, Loopback
from tests.upstreams.yahoo import (
    CHART,
    Quoted,
    YahooUpstream,
    instant,
    random_bars,
    sessions,
    small_market,
    split_prices,
)

DAYS = sessions(date(2023, 9, 1), date(2024, 3, 1))
LAST = DAYS[-1]
LONDON = {"zone": "Europe/London", "hours": (hour(8), hour(16, 30)), "currency": "GBp"}
RATE = {"zone": "Europe/London", "hours": (hour(0), hour(0)), "kind": "CURRENCY"}
FAST = {
    "attempts": 3,
    "requests_per_second": 1000,
    "first_wait_seconds": 0.01,
    "longest_wait_seconds": 0.02,
    "timeout_seconds": 20,
}
BAD = {
    "throttle": "throttled",
    "error": "failed",
    "cut": "failed",
    "html": "failed",
    "empty": "failed",
    "hang": "failed",
    "missing": "failed",  # a 404 that does not say that Yahoo knows no such symbol
}


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    folder = tmp_path_factory.mktemp("loopback")
    upstream = YahooUpstream([], now=instant(LAST))
    with Loopback(folder, upstream) as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        yield running


class Desk:
    """A dataset in a folder of its own, fetched from a Yahoo of its own."""

    def __init__(self, folder: Path, loopback: Loopback) -> None:
        self.folder, self.loopback = folder, loopback
        self.work = folder / "warehouse" / "mine.work.duckdb"
        self.path = folder / "mine.yml"
        self.upstream: YahooUpstream | None = None

    def open(self, *quoted: Quoted, now: datetime | None = None, **options: Any) -> YahooUpstream:
        """A Yahoo that quotes these, and a dataset of its shares and funds."""
        self.upstream = YahooUpstream(quoted, now=now or instant(LAST))
        for host in self.upstream.hosts:
            self.loopback.upstreams[host] = self.upstream
        self.loopback.faults.clear()
        self.loopback.requests.clear()
        rows = ["symbol,name,sector,venue,country,currency,asset_kind"]
        for one in quoted:
            if one.kind == "EQUITY":
                venue = ("XLON", "GB") if one.zone == "Europe/London" else ("XNYS", "US")
                rows.append(f"{one.symbol},Name,Energy,{','.join(venue)},{one.currency},stock")
        self.write_universe("\n".join(rows))
        self.write(**options)
        return self.upstream

    def write_universe(self, text: str) -> None:
        (self.folder / "shares.csv").write_text(text + "\n")

    def write(self, **options: Any) -> None:
        fetching = {**FAST, **options.pop("fetching", {})}
        entry = {"source": "yahoo", "universe": ["shares.csv"], "fetching": fetching, **options}
        spec = {"name": "mine", "base_currency": "USD", "sources": [entry]}
        self.path.write_text(yaml.safe_dump(spec))

    def ingest(self, *options: str) -> Result:
        """``python -m ingest`` at the upstream's instant, in this process."""
        now = self.upstream.now.strftime("%Y-%m-%dT%H:%M:%S")
        result = CliRunner().invoke(main, [str(self.path), "--now", now, *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.work), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def outcomes(self) -> dict[str, tuple[str, int]]:
        """Newest outcome and attempts of each item."""
        return {
            item: (outcome, attempts)
            for item, outcome, attempts in self.query(
                "select item, outcome, n_attempts from raw.fetch_log order by load_id, finished_at"
            )
        }

    def bars(self, symbol: str) -> dict[date, list[float | None]]:
        """Newest version of each bar."""
        rows = self.query(
            f"select * from (select bar_date, open, high, low, close, volume from raw.prices "
            f"where symbol = '{symbol}' qualify load_id = max(load_id) over (partition by bar_date)"
            ") order by bar_date"
        )
        assert len(rows) == len({row[0] for row in rows})
        return {row[0]: list(row[1:]) for row in rows}

    def actions(self) -> list[tuple[Any, ...]]:
        return self.query(
            "select symbol, ex_date, action_type, value, currency from raw.corporate_actions "
            "order by all"
        )


@pytest.fixture
def desk(tmp_path: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("WAREHOUSE", "OUTPUT", "TARGET"):
        monkeypatch.setenv(f"FACTORHOUSE_{name}_DIR", str(tmp_path / name.lower()))
    return Desk(tmp_path, loopback)


def assert_as_traded(desk: Desk, *quoted: Quoted, until: date = LAST) -> None:
    """Every bar up to a day, and no other, as it traded."""
    for one in quoted:
        landed = desk.bars(one.symbol)
        wanted = {day: bar for day, bar in one.bars.items() if day <= until}
        assert list(landed) == list(wanted), one.symbol
        for day, bar in wanted.items():
            assert landed[day][:4] == pytest.approx(bar[:4], rel=2e-7), (one.symbol, day)
            # Yahoo's adjusted volumes are whole shares.
            share_as_traded = max(1, 1 / one.factor(day, desk.upstream.now))
            rounded = pytest.approx(bar[4], abs=0.501 * share_as_traded)
            assert landed[day][4] == rounded, (one.symbol, day)


def share(symbol: str = "AAA", seed: int = 1, **changes: Any) -> Quoted:
    days = changes.pop("days", DAYS)
    return split_prices(Quoted(symbol, random_bars(days, seed), **changes))


def split_share() -> Quoted:
    """A 3:1 split, then a 1:10 one; a dividend before, between and after."""
    return share(
        splits={DAYS[40]: (3, 1), DAYS[80]: (1, 10)},
        dividends={DAYS[20]: 0.9, DAYS[60]: 0.3, DAYS[100]: 3.0},
    )


def test_a_market_lands_through_the_command(desk: Desk) -> None:
    shares = [
        *small_market(8, DAYS),
        share("BP.L", 5, **LONDON, dividends={DAYS[50]: 0.5}),
    ]
    fund = share("SPY", 9, kind="ETF")
    euro = Quoted("EURUSD=X", random_bars(DAYS, 3, 1.1), **RATE)
    bill = Quoted("^IRX", random_bars(DAYS, 4, 5.2), zone="America/Chicago", kind="INDEX")
    desk.open(
        *shares,
        fund,
        euro,
        bill,
        fx=["EUR", "USD"],
        risk_free={"USD": "^IRX"},
        benchmarks=["SPY"],
    ).needs_crumb = True
    there = market(desk.folder, desk.path)
    done = there.run("ingest", str(desk.path), "--now", f"{LAST}T23:30:00", check=False)
    assert done.returncode == 0, done.stdout
    assert "Warning" not in done.stdout
    assert_as_traded(desk, *shares, fund)
    assert set(desk.outcomes().values()) == {("ok", 1)}
    universe = desk.query("select symbol, venue, currency, asset_kind from raw.universe")
    assert ("BP.L", "XLON", "GBp", "stock") in universe
    assert ("SPY", "XNYS", "USD", "etf") in universe
    assert len(universe) == 10
    basis = desk.query("select distinct price_basis, currency, source from raw.prices order by all")
    assert basis == [("as_traded", "GBp", "yahoo"), ("as_traded", "USD", "yahoo")]
    rates = dict(desk.query("select rate_date, usd_per_unit from raw.fx_rates"))
    # The UTC day of the run is not over.
    assert rates == pytest.approx(
        {day: bar[3] for day, bar in euro.bars.items() if day < LAST}, rel=1e-6
    )
    yields = desk.query("select rate_date, yield_ann, quote_convention from raw.interest_rates")
    assert {row[2] for row in yields} == {"bank_discount"}
    assert {row[0]: row[1] for row in yields} == pytest.approx(
        {day: bar[3] / 100 for day, bar in bill.bars.items() if day < LAST}, rel=1e-6
    )
    # One request each, cookie and crumb once.
    assert len(desk.loopback.seen(CHART)) == 12
    assert len(desk.loopback.seen("getcrumb")) == 1


def test_splits_and_dividends_land_as_paid(desk: Desk) -> None:
    desk.open(split_share())
    assert desk.ingest().exit_code == 0
    assert_as_traded(desk, split_share())
    actions = desk.actions()
    assert [row[1:3] for row in actions] == [
        (DAYS[20], "cash_dividend"),
        (DAYS[40], "split"),
        (DAYS[60], "cash_dividend"),
        (DAYS[80], "split"),
        (DAYS[100], "cash_dividend"),
    ]
    assert [row[3] for row in actions] == pytest.approx([0.9, 3.0, 0.3, 0.1, 3.0], rel=1e-5)
    assert [row[4] for row in actions] == ["USD", None, "USD", None, "USD"]


@pytest.mark.parametrize("kind", BAD)
def test_a_fault_that_passes_costs_an_attempt(desk: Desk, kind: str) -> None:
    desk.open(split_share(), share("BBB", 2), fetching={"timeout_seconds": 1.5})
    desk.loopback.faults.append(Fault("AAA", kind, times=1, seconds=3))
    result = desk.ingest()
    assert result.exit_code == 0, result.output
    assert desk.outcomes() == {"AAA": ("ok", 2), "BBB": ("ok", 1)}
    assert_as_traded(desk, split_share(), share("BBB", 2))


@pytest.mark.parametrize("kind", BAD)
def test_a_fault_that_stays_loses_that_symbol_until_the_next_call(desk: Desk, kind: str) -> None:
    desk.open(split_share(), share("BBB", 2), fetching={"timeout_seconds": 1.5})
    desk.loopback.faults.append(Fault("AAA", kind, times=None, seconds=3))
    result = desk.ingest()
    assert result.exit_code == 3, result.output
    assert desk.outcomes() == {"AAA": (BAD[kind], 3), "BBB": ("ok", 1)}
    assert len(desk.loopback.seen("AAA")) == 3
    assert desk.query("select distinct symbol from raw.prices") == [("BBB",)]
    assert desk.actions() == []

    desk.loopback.faults.clear()
    desk.loopback.requests.clear()
    assert desk.ingest().exit_code == 0
    assert desk.outcomes() == {"AAA": ("ok", 1), "BBB": ("ok", 1)}
    assert desk.loopback.seen("BBB") == []
    assert_as_traded(desk, split_share(), share("BBB", 2))


def test_every_symbol_failing_is_exit_four(desk: Desk) -> None:
    desk.open(share(), share("BBB", 2))
    desk.loopback.faults.append(Fault(CHART, "error", times=None))
    assert desk.ingest().exit_code == 4
    assert set(desk.outcomes().values()) == {("failed", 3)}
    assert desk.query("select count(*) from raw.prices") == [(0,)]


def test_a_right_answer_of_the_wrong_type_is_right(desk: Desk) -> None:
    desk.open(split_share())
    desk.loopback.faults.append(Fault("AAA", "wrong_type", times=None))
    assert desk.ingest().exit_code == 0
    assert_as_traded(desk, split_share())


@pytest.mark.parametrize("wait", ["1", None])
def test_retry_after_is_waited_out(desk: Desk, wait: str | None) -> None:
    desk.open(share())
    desk.loopback.faults.append(Fault("AAA", "throttle", times=1, retry_after=wait))
    assert desk.ingest().exit_code == 0
    first, second = (request.at for request in desk.loopback.seen("AAA"))
    assert (second - first >= 1.0) == (wait is not None)


def test_a_retry_after_too_long_to_wait_is_throttled(desk: Desk) -> None:
    desk.open(share(), share("BBB", 2))
    desk.loopback.faults.append(Fault("AAA", "throttle", times=None, retry_after="86400"))
    began = time.monotonic()
    assert desk.ingest().exit_code == 3
    assert time.monotonic() - began < 20
    assert desk.outcomes() == {"AAA": ("throttled", 1), "BBB": ("ok", 1)}


def test_a_symbol_yahoo_does_not_know(desk: Desk) -> None:
    upstream = desk.open(share("AAA"), share("BBB", 2))
    del upstream.quoted["AAA"]
    result = desk.ingest()
    assert result.exit_code == 3
    assert "AAA" in result.output
    assert desk.outcomes() == {"AAA": ("not_found", 1), "BBB": ("ok", 1)}
    assert len(desk.loopback.seen("AAA")) == 1
    assert desk.query("select message from raw.fetch_log where item = 'AAA'") == [
        ("Yahoo: No data found, symbol may be delisted",)
    ]


def test_an_answer_for_another_symbol_is_not_taken(desk: Desk) -> None:
    upstream = desk.open(share("AAA"), share("BBB", 2))
    upstream.quoted["AAA"] = upstream.quoted["BBB"]
    assert desk.ingest().exit_code == 3
    assert desk.outcomes() == {"AAA": ("failed", 1), "BBB": ("ok", 1)}
    assert desk.query("select distinct symbol from raw.prices") == [("BBB",)]


@pytest.mark.parametrize("is_terse", [True, False])
def test_a_known_symbol_without_bars_is_empty(desk: Desk, is_terse: bool) -> None:
    desk.open(Quoted("AAA"), share("BBB", 2)).is_terse = is_terse
    assert desk.ingest().exit_code == 3
    assert desk.outcomes() == {"AAA": ("empty", 1), "BBB": ("ok", 1)}


def test_duplicated_and_reordered_rows(desk: Desk) -> None:
    desk.open(split_share()).is_shuffled = True
    assert desk.ingest().exit_code == 0
    assert_as_traded(desk, split_share())


def test_null_rows_are_no_bars_and_half_rows_are(desk: Desk) -> None:
    one = share()
    half = [*one.bars[DAYS[9]][:3], None, 500.0]
    zeros = [0.0] * 5  # a bad value: it lands, and is set aside when prices are cleaned
    one.bars |= {DAYS[4]: [None] * 5, DAYS[7]: zeros, DAYS[9]: half, LAST: [None] * 5}
    desk.open(one)
    assert desk.ingest().exit_code == 0
    landed = desk.bars("AAA")
    assert set(DAYS) - set(landed) == {DAYS[4], LAST}
    assert (landed[DAYS[7]], landed[DAYS[9]]) == (zeros, half)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (instant(LAST, 17), DAYS[-2]),  # New York is open
        (instant(LAST, 21, 10), DAYS[-2]),  # it closed ten minutes ago
        (instant(LAST, 21, 31), LAST),
    ],
)
def test_an_unfinished_session_is_not_landed(desk: Desk, now: datetime, last: date) -> None:
    desk.open(share(), now=now)
    assert desk.ingest().exit_code == 0
    assert_as_traded(desk, share(), until=last)
    desk.upstream.now = instant(LAST + timedelta(days=1), 12)
    assert desk.ingest().exit_code == 0
    assert_as_traded(desk, share())
    versions = desk.query("select count(*), count(distinct bar_date) from raw.prices")
    assert versions == [(len(DAYS), len(DAYS))]


def test_a_split_on_the_morning_of_its_day(desk: Desk) -> None:
    """Yahoo has divided yesterday's bar already; the bar of the day itself is not over."""
    one = share(splits={LAST: (4, 1)})
    desk.open(one, now=instant(LAST, 17))
    assert desk.ingest().exit_code == 0
    assert_as_traded(desk, one, until=DAYS[-2])
    assert [row[1:4] for row in desk.actions()] == [(LAST, "split", 4.0)]


def test_a_replay_before_a_split_is_refused(desk: Desk) -> None:
    desk.open(share(splits={LAST: (4, 1)}), share("BBB", 2))
    before = instant(DAYS[-3]).strftime("%Y-%m-%dT%H:%M:%S")
    result = CliRunner().invoke(main, [str(desk.path), "--now", before])
    assert result.exit_code == 3
    assert desk.outcomes()["AAA"][0] == "failed"
    assert_as_traded(desk, share("BBB", 2), until=DAYS[-3])
    assert desk.query("select count(*) from raw.prices where symbol = 'AAA'") == [(0,)]


def test_another_currency_fails_its_symbol_alone(desk: Desk) -> None:
    one = share()
    desk.open(one, share("BBB", 2))
    one.currency = "CAD"
    assert desk.ingest().exit_code == 3
    assert desk.outcomes()["AAA"] == ("failed", 1)
    message = desk.query("select message from raw.fetch_log where item = 'AAA'")[0][0]
    assert "CAD" in message
    assert "USD" in message


@pytest.mark.parametrize(
    ("amount", "named", "currency"),
    [
        (0.9, None, "GBP"),  # 90 pence on a price of 50 pounds
        (90.0, None, "GBp"),
        (0.9, "USD", "USD"),
    ],
)
def test_dividends_of_london(desk: Desk, amount: float, named: str | None, currency: str) -> None:
    one = Quoted(
        "ULVR.L",
        random_bars(DAYS, 3, 5000.0),
        dividends={DAYS[30]: amount},
        dividend_currency=named,
        **LONDON,
    )
    desk.open(one)
    assert desk.ingest().exit_code == 0
    assert desk.actions() == [("ULVR.L", DAYS[30], "cash_dividend", amount, currency)]


def test_a_first_date_is_asked_for(desk: Desk) -> None:
    desk.open(share())
    assert desk.ingest("--start", str(DAYS[50]), "--end", str(DAYS[100])).exit_code == 0
    assert list(desk.bars("AAA")) == DAYS[50:101]
    # Although it never split: what Yahoo says of its splits came along.
    assert desk.query("select distinct price_basis from raw.prices") == [("as_traded",)]


@pytest.mark.parametrize("is_single_precision", [True, False])
def test_two_updates_equal_one_full_fetch(
    tmp_path: Path,
    desk: Desk,
    loopback: Loopback,
    monkeypatch: pytest.MonkeyPatch,
    is_single_precision: bool,
) -> None:
    """A split, a dividend and a rewritten price come between; only the rewrite is a new version."""
    one = share(
        splits={DAYS[30]: (3, 2), DAYS[115]: (3, 1)},
        dividends={DAYS[20]: 0.9, DAYS[112]: 1.2, DAYS[118]: 0.4},
    )
    upstream = desk.open(one, share("BBB", 2), now=instant(DAYS[110]))
    upstream.is_single_precision = is_single_precision
    assert desk.ingest().exit_code == 0
    rewritten = DAYS[105]
    one.bars[rewritten] = [*one.bars[rewritten][:3], round(one.bars[rewritten][3] * 1.002, 2), 7]
    for day in (DAYS[114], LAST):
        upstream.now = instant(day)
        desk.loopback.requests.clear()
        assert desk.ingest("--update").exit_code == 0
    since = {float(request.query["period1"]) for request in desk.loopback.seen(CHART)}
    asked = datetime.fromtimestamp(max(since), tz=instant(LAST).tzinfo).date()
    assert DAYS[114] - timedelta(days=35) < asked < DAYS[114] - timedelta(days=20)

    versions = desk.query(
        "select symbol, bar_date, count(*) from raw.prices group by all having count(*) > 1"
    )
    assert versions == [("AAA", rewritten, 2)]
    assert len(desk.actions()) == 5
    assert_as_traded(desk, one, share("BBB", 2))

    whole = Desk(tmp_path / "whole", loopback)
    whole.folder.mkdir()
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(whole.folder / "warehouse"))
    upstream = whole.open(one, share("BBB", 2))
    upstream.is_single_precision = is_single_precision
    assert whole.ingest().exit_code == 0
    for symbol in ("AAA", "BBB"):
        updated, full = desk.bars(symbol), whole.bars(symbol)
        assert list(updated) == list(full)
        for day, bar in full.items():
            assert updated[day][:4] == pytest.approx(bar[:4], rel=1e-9), (symbol, day)
            assert updated[day][4] == pytest.approx(bar[4], abs=1), (symbol, day)
    for mine, other in zip(desk.actions(), whole.actions(), strict=True):
        assert mine[:3] == other[:3]
        assert mine[3] == pytest.approx(other[3], rel=1e-5)


def test_side_by_side_each_symbol_gets_its_own_bars(desk: Desk) -> None:
    shares = small_market(30, DAYS)
    desk.open(*shares, fetching={"workers": 4, "attempts": 13})
    for kind in ("throttle", "error", "html", "cut"):
        desk.loopback.faults.append(Fault(CHART, kind, times=3, skip=5))
    assert desk.ingest().exit_code == 0
    assert_as_traded(desk, *shares)
    assert {outcome for outcome, _ in desk.outcomes().values()} == {"ok"}


def test_cookie_and_crumb_out_of_order(desk: Desk) -> None:
    """The charts need neither, so they still come; no wait for them is longer than the limit."""
    desk.open(share(), share("BBB", 2), fetching={"timeout_seconds": 2})
    desk.loopback.faults += [
        Fault("fc.yahoo.com", "hang", times=1, seconds=25),
        Fault("getcrumb", "throttle", times=1),
        Fault("getcrumb", "html", times=None),
    ]
    there = market(desk.folder, desk.path)
    began = time.monotonic()
    done = there.run("ingest", str(desk.path), "--now", f"{LAST}T23:30:00", check=False)
    assert done.returncode == 0, done.stdout
    assert time.monotonic() - began < 20
    assert_as_traded(desk, share(), share("BBB", 2))


def test_cookie_rules_are_agreed_to(desk: Desk) -> None:
    desk.open(share(), fetching={"attempts": 1}).needs_consent = True
    assert desk.ingest().exit_code == 0
    assert_as_traded(desk, share())


def test_a_crumb_refused_for_ever_is_a_failure_and_not_an_empty_answer(desk: Desk) -> None:
    desk.open(share()).needs_crumb = True
    desk.loopback.faults.append(Fault("getcrumb", "html", times=None))
    there = market(desk.folder, desk.path)
    done = there.run("ingest", str(desk.path), "--now", f"{LAST}T23:30:00", check=False)
    assert done.returncode == 4, done.stdout
    assert desk.query("select outcome, n_attempts, message from raw.fetch_log") == [
        ("failed", 3, "UnavailableError: Yahoo: Invalid Crumb")
    ]


def test_nothing_is_written_to_the_home_folder(desk: Desk) -> None:
    desk.open(share())
    home = desk.folder / "home"
    home.mkdir()
    script = desk.folder / "run.py"
    script.write_text(f"from ingest.__main__ import main; main([{str(desk.path)!r}])")
    there = market(desk.folder, desk.path, HOME=str(home), TMPDIR=str(home), XDG_CACHE_HOME="")
    done = there.run_script(script)
    assert done.returncode == 0, done.stdout
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("symbol,currency\nAAA,USD", "shares.csv, line 1: there is no column 'venue'"),
        ("symbol,venue,currency\nAAA,XNYZ,USD", "shares.csv, line 2: there is no venue 'XNYZ'"),
        ("symbol,venue,currency\n\nAAA,XNYS,", "shares.csv, line 3: currency is empty"),
        ("symbol,venue,currency\nAAA,XNYS,USD\nAAA,XNYS,USD", "line 3: 'AAA' stands already"),
        (
            "symbol,venue,currency,asset_kind\nAAA,XNYS,USD,share",
            "line 2: there is no asset_kind 'share'",
        ),
        ("symbol,venue,currency", "lists nothing"),
    ],
)
def test_a_bad_universe_file_is_named(desk: Desk, text: str, message: str) -> None:
    desk.open(share())
    desk.write_universe(text)
    result = desk.ingest()
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert desk.loopback.requests == []


def test_an_unknown_option_is_named(desk: Desk) -> None:
    desk.open(share(), fx=["GBp"])
    result = desk.ingest()
    assert result.exit_code == 2
    assert "GBp" in result.output
