"""The edgar source: the real edgartools asks the SEC on loopback, well behaved and not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingest.__main__ import ingest
from ingest.config import load_dataset
from ingest.errors import DatasetError
from tests.builds import REPOSITORY
from tests.upstreams.asking import FAST, IMPATIENT, Answers, asked, dataset_file
from tests.upstreams.edgar import Company, Edgar, Filing
from tests.upstreams.loopback import Fault, Loopback
from warehouse.files import connect_work, dataset_files

NOW = datetime(2021, 3, 1, 12, tzinfo=UTC)
USER_AGENT = "Jane Doe jane@example.org"
UNIVERSE = "symbol,name,asset_kind\nAAA,Alpha,stock\nBRK-B,Beta,stock\nSPY,A fund,etf\n"
TICKERS, FACTS = "company_tickers.json", "/api/xbrl/companyfacts/"
ALPHA = FACTS + "CIK0000000011.json"


def filings(scale: int) -> list[Filing]:
    """Half a year of a company: net income of the quarters, total assets, shares."""
    reports = (
        (1, "2020-01-01", "2020-03-31", "2020-05-01"),
        (2, "2020-04-01", "2020-06-30", "2020-08-03"),
    )
    return [
        Filing(
            "10-Q",
            filed,
            {
                "NetIncomeLoss": [(start, end, scale * number)],
                "Assets": [(None, end, scale * 10)],
                "dei:EntityCommonStockSharesOutstanding": [(None, filed, scale * 100)],
            },
        )
        for number, start, end, filed in reports
    ]


def right(scale: int) -> list[tuple]:
    """What has to land of that: metric, period end, filing date, value, currency."""
    first, second = "2020-03-31", "2020-06-30"
    early, late = "2020-05-01", "2020-08-03"
    return [
        ("net_income", first, early, scale, "USD"),
        ("net_income", second, late, 2 * scale, "USD"),
        ("shares_outstanding", early, early, 100 * scale, None),
        ("shares_outstanding", late, late, 100 * scale, None),
        ("total_assets", first, early, 10 * scale, "USD"),
        ("total_assets", second, late, 10 * scale, "USD"),
    ]


@dataclass
class Asking:
    """The SEC on loopback, and a dataset that asks it."""

    folder: Path
    edgar: Edgar
    loopback: Loopback

    def __call__(self, universe: str = UNIVERSE, *, options: dict | None = None, **job) -> Answers:
        return asked(self.dataset(universe, **(options or {})), job.pop("now", NOW), **job)

    def dataset(self, universe: str = UNIVERSE, **options) -> Path:
        return dataset_file(self.folder, "edgar", universe, **options)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    edgar = Edgar(
        {"AAA": Company(11, filings=filings(1)), "BRK-B": Company(22, filings=filings(5))}
    )
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.setenv("FACTORHOUSE_USER_AGENT", USER_AGENT)
    with Loopback(tmp_path / "upstream", edgar) as loopback:
        for name, value in loopback.environment.items():
            monkeypatch.setenv(name, value)
        yield Asking(tmp_path, edgar, loopback)


def landing(answers: Answers, symbol: str) -> list[tuple]:
    columns = ("metric", "period_end_date", "published_at", "value", "currency")
    assert {row["symbol"] for row in answers.rows(symbol)} <= {symbol}
    return [
        tuple(
            value.isoformat() if isinstance(value, date) else value
            for value in (row[name] for name in columns)
        )
        for row in answers.rows(symbol)
    ]


def test_statements_come_with_their_filing_dates(ask: Asking) -> None:
    answers = ask()
    assert answers.outcomes == {"AAA": "ok", "BRK-B": "ok"}
    assert landing(answers, "AAA") == right(1)
    assert landing(answers, "BRK-B") == right(5)
    assert len(ask.loopback.requests) == 3
    assert {request.headers["user-agent"] for request in ask.loopback.requests} == {USER_AGENT}


def test_companies_that_the_sec_does_not_know(ask: Asking) -> None:
    ask.edgar.companies["CCC"] = Company(33)
    ask.edgar.companies["OLD"] = Company(44, filings=filings(2))
    universe = "symbol,cik\nAAA,\nCCC,\nGONE,\nBRK.B,22\nBANKRUPT,0000000044\n"
    answers = ask(universe)
    assert answers.outcomes == {
        "AAA": "ok",
        "CCC": "not_found",
        "GONE": "not_found",
        "BRK.B": "ok",
        "BANKRUPT": "ok",
    }
    assert landing(answers, "BANKRUPT") == right(2)
    assert "GONE" in answers.parts["GONE"].message
    assert max(part.n_attempts for part in answers.parts.values()) == 1


def test_a_company_with_other_statements_is_empty_and_says_why(ask: Asking) -> None:
    foreign = Filing("20-F", "2020-05-01", {"ifrs-full:Assets": [(None, "2020-03-31", 7)]})
    ask.edgar.companies["AAA"].filings[:] = [foreign]
    part = ask().parts["AAA"]
    assert part.outcome == "empty"
    assert "ifrs-full" in part.message


def test_an_update_brings_what_was_filed_since_and_a_replay_nothing_later(ask: Asking) -> None:
    key = ("fundamentals", "AAA")
    answers = ask(landed_until={key: date(2020, 8, 3)})
    assert landing(answers, "AAA") == [row for row in right(1) if row[2] == "2020-08-03"]
    assert landing(answers, "BRK-B") == right(5)
    answers = ask(landed_until={key: date(2020, 9, 3)})
    assert answers.parts["AAA"].outcome == "empty"
    answers = ask(now=datetime(2020, 8, 2, 23, tzinfo=UTC), start=date(2020, 7, 1))
    assert landing(answers, "AAA") == [row for row in right(1) if row[2] == "2020-05-01"]


@pytest.mark.parametrize("given", [None, "nobody", "${NOT_SET}@example.org"])
def test_the_sec_wants_to_know_who_asks(
    ask: Asking, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    monkeypatch.delenv("FACTORHOUSE_USER_AGENT")
    with pytest.raises(DatasetError, match="FACTORHOUSE_USER_AGENT"):
        ask(options={"user_agent": given} if given else {})
    assert not ask.loopback.requests


def test_a_number_that_is_none_is_named(ask: Asking) -> None:
    with pytest.raises(DatasetError, match=r"universe\.csv, line 2: cik is 'CIK11'"):
        ask("symbol,cik\nAAA,CIK11\n")


PASSING = [
    Fault(FACTS, "throttle"),
    Fault(FACTS, "throttle", retry_after="0"),
    Fault(FACTS, "error", times=2),
    Fault(FACTS, "hang", seconds=1.0),
    Fault(FACTS, "cut"),
    Fault(FACTS, "html"),
    Fault(FACTS, "empty"),
    Fault(TICKERS, "throttle"),
    Fault(TICKERS, "error"),
    Fault(TICKERS, "html", times=2),
    Fault(TICKERS, "cut"),
    Fault(TICKERS, "missing"),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: f"{fault.kind} {fault.match[-9:]}")
def test_what_passes_is_asked_again_and_lands(ask: Asking, fault: Fault) -> None:
    wanted = 1 + (fault.times or 0)
    ask.loopback.faults.append(fault)
    answers = ask(options={"fetching": {**patience(fault), "workers": 1}})
    assert answers.outcomes == {"AAA": "ok", "BRK-B": "ok"}
    assert landing(answers, "AAA") == right(1)
    assert landing(answers, "BRK-B") == right(5)
    assert answers.parts["AAA"].n_attempts == wanted
    assert len(ask.loopback.requests) == 2 + wanted


def patience(fault: Fault) -> dict:
    """Only where the server hangs is a time-out waited for."""
    return IMPATIENT if fault.kind == "hang" else FAST


LASTING = {
    "throttle": "throttled",
    "error": "failed",
    "hang": "failed",
    "cut": "failed",
    "html": "failed",
    "empty": "failed",
    "missing": "not_found",
}


@pytest.mark.parametrize(("kind", "outcome"), LASTING.items())
def test_one_company_that_fails_leaves_the_other_alone(
    ask: Asking, kind: str, outcome: str
) -> None:
    fault = Fault(ALPHA, kind, times=None, seconds=1.0)
    ask.loopback.faults.append(fault)
    answers = ask(options={"fetching": patience(fault)})
    assert answers.outcomes == {"AAA": outcome, "BRK-B": "ok"}
    assert answers.rows("AAA") == []
    assert landing(answers, "BRK-B") == right(5)
    tries = 1 if outcome == "not_found" else FAST["attempts"]
    assert answers.parts["AAA"].n_attempts == len(ask.loopback.seen(ALPHA)) == tries
    assert answers.parts["AAA"].message


@pytest.mark.parametrize("kind", ["error", "hang", "cut", "throttle"])
def test_errors_are_told_apart_when_the_library_raises_its_own(
    ask: Asking, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("EDGARTOOLS_STRICT_ERRORS", "1")
    test_one_company_that_fails_leaves_the_other_alone(ask, kind, LASTING[kind])


def test_the_right_document_of_a_wrong_type_lands(ask: Asking) -> None:
    ask.loopback.faults.append(Fault("", "wrong_type", times=None))
    assert landing(ask(), "AAA") == right(1)


@pytest.mark.parametrize("kind", [kind for kind in LASTING if kind != "hang"])
def test_without_the_list_of_tickers_nothing_comes_and_nothing_breaks(
    ask: Asking, kind: str
) -> None:
    ask.loopback.faults.append(Fault(TICKERS, kind, times=None))
    answers = ask(UNIVERSE.replace("SPY,A fund,etf", "CCC,Gamma,stock"))
    expected = "throttled" if kind == "throttle" else "failed"
    assert answers.outcomes == dict.fromkeys(("AAA", "BRK-B", "CCC"), expected)
    assert len(ask.loopback.requests) == FAST["attempts"]  # all wait for the one that asks
    ask.loopback.faults.clear()
    assert ask().outcomes == {"AAA": "ok", "BRK-B": "ok"}


def test_a_quiet_that_is_asked_for_is_kept(ask: Asking) -> None:
    ask.loopback.faults.append(Fault(FACTS, "throttle", retry_after="1"))
    assert set(ask().outcomes.values()) == {"ok"}
    refused, *later = sorted(request.at for request in ask.loopback.seen(FACTS))
    assert len(later) == 2
    assert max(later) - refused >= 1.0


def test_a_refused_user_agent_is_told(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    class Strict(Edgar):
        def answer(self, request):
            refused = {**request.headers, "user-agent": "nobody"}
            return super().answer(type(request)(**{**vars(request), "headers": refused}))

    strict = Strict(ask.edgar.companies)
    ask.loopback.upstreams = dict.fromkeys(strict.hosts, strict)
    part = ask().parts["AAA"]
    assert part.outcome == "throttled"
    assert "user agent" in part.message


def test_never_more_than_ten_requests_a_second(ask: Asking) -> None:
    names = [f"C{number:02d}" for number in range(24)]
    for number, name in enumerate(names):
        ask.edgar.companies[name] = Company(100 + number, filings=filings(1))
    answers = ask("symbol\n" + "\n".join(names) + "\n", options={"fetching": {"workers": 8}})
    assert set(answers.outcomes.values()) == {"ok"}
    times = sorted(request.at for request in ask.loopback.requests)
    assert len(times) == 25
    assert max(sum(at <= other < at + 1 for other in times) for at in times) <= 10


def test_the_rows_land_with_the_end_of_their_filing_day(ask: Asking) -> None:
    universe = "symbol\nAAA\nGONE\n"
    ingest(load_dataset(str(ask.dataset(universe))), now=NOW)
    connection = connect_work(dataset_files("asked"))
    rows = connection.execute(
        "select metric, cast(period_end_date as varchar), cast(published_at as varchar), value, "
        "currency from raw.fundamentals order by all"
    ).fetchall()
    outcomes = connection.execute(
        "select item, outcome, n_rows from raw.fetch_log order by item"
    ).fetchall()
    rejects = connection.execute("select count(*) from raw.rejects").fetchall()
    connection.close()
    assert rows == [
        (metric, end, f"{filed} 23:59:59.999999", value, currency)
        for metric, end, filed, value, currency in right(1)
    ]
    assert outcomes == [("AAA", "ok", 6), ("GONE", "not_found", 0)]
    assert rejects == [(0,)]


def test_the_library_leaves_the_home_folder_alone(ask: Asking, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    unset = ("EDGAR_LOCAL_DATA_DIR", "EDGAR_IDENTITY")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "-m", "ingest", str(ask.dataset()), "--now", "2021-03-01T12:00:00"],
        cwd=REPOSITORY,
        env={**environment, "HOME": str(home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert list(home.iterdir()) == []
