"""Runs of live sources: chunks, outcomes, going on, updates, exit codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

import ingest.parts
import ingest.runs
import ingest.sources
from ingest.config import Dataset, SourceSpec
from ingest.errors import IngestError
from ingest.fetching import Limits, NotFoundError, ThrottledError, UnavailableError, fetch_items
from ingest.runs import SourceResult, exit_code
from ingest.sources import Batch, Item, Job, Part
from warehouse.files import connect_work, dataset_files

NOW = datetime(2024, 1, 10, 13, 20, tzinfo=UTC)
LIMITS = Limits(
    workers=3,
    requests_per_second=1e6,
    attempts=2,
    first_wait_seconds=0.001,
    longest_wait_seconds=0.002,
)


class Toy:
    """A live source of prices; a test says what its symbols answer."""

    LIMITS = LIMITS

    def __init__(self, *symbols: str) -> None:
        self.symbols = symbols
        self.answers: dict[str, list[dict[str, Any]] | Exception] = {}
        self.asked: list[tuple[str, date | None]] = []
        self.last_day = date(2024, 1, 9)

    def fetch(self, job: Job) -> Iterator[Batch | Part]:
        listings = [
            {"symbol": symbol, "asset_class": "equity", "venue": "XNYS", "currency": "USD"}
            for symbol in self.symbols
        ]
        yield Batch("universe", pa.Table.from_pylist(listings), "toy universe")
        yield from fetch_items(
            job,
            [Item(symbol, "prices", symbol) for symbol in self.symbols],
            self._fetch_one,
            limits=LIMITS.changed_by(job.options),
            classify=lambda error: error,
            overlap_days=2,
        )

    def _fetch_one(self, item: Item, since: date | None, call: Callable) -> Sequence[Batch]:
        rows = call(lambda: self._answer(item.symbol, since))
        return [Batch("prices", pa.Table.from_pylist(rows), f"toy: {item.name}")] if rows else []

    def _answer(self, symbol: str, since: date | None) -> list[dict[str, Any]]:
        self.asked.append((symbol, since))
        answer = self.answers.get(symbol)
        if isinstance(answer, BaseException):
            raise answer
        return self.bars(symbol, since) if answer is None else answer

    def bars(self, symbol: str, since: date | None) -> list[dict[str, Any]]:
        first = since or date(2024, 1, 1)
        n_days = (self.last_day - first).days + 1
        days = [first + timedelta(days=number) for number in range(n_days)]
        return [bar(symbol, day) for day in days]


def bar(symbol: str, day: date, **change: Any) -> dict[str, Any]:
    row = {"symbol": symbol, "bar_date": str(day), "close": "10", "currency": "USD"}
    return {**row, "price_basis": "as_traded", **change}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[SourceResult]]:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path / "warehouse"))

    def run(*toys: Toy | Any, options: Mapping[str, Any] | None = None, **kwargs: Any):
        modules = {f"toy{number}": toy for number, toy in enumerate(toys)}
        monkeypatch.setattr(ingest.sources, "_module", modules.__getitem__)
        sources = tuple(SourceSpec(name, dict(options or {})) for name in modules)
        spec = Dataset("mine", "", "USD", None, None, sources, {}, tmp_path / "mine.yml")
        return ingest_all(spec, **{"now": NOW, **kwargs})

    return run


ingest_all = ingest.runs.ingest


def query(sql: str) -> list[tuple[Any, ...]]:
    connection = connect_work(dataset_files("mine"))
    rows = connection.execute(sql).fetchall()
    connection.close()
    return rows


def outcomes() -> dict[str, str]:
    return dict(query("select item, arg_max(outcome, load_id) from raw.fetch_log group by item"))


def test_items_land_with_their_outcomes(run) -> None:
    toy = Toy("A", "B", "C", "D", "E")
    toy.answers = {
        "B": [],
        "C": NotFoundError("no such symbol"),
        "D": ThrottledError("slow down"),
        "E": UnavailableError("HTTP 500"),
    }
    (result,) = run(toy)
    assert outcomes() == {
        "A": "ok",
        "B": "empty",
        "C": "not_found",
        "D": "throttled",
        "E": "failed",
    }
    assert query("select symbol, count(*) from raw.prices group by all") == [("A", 9)]
    assert (result.n_items, exit_code([result])) == (5, 3)
    assert result.missing == {
        "empty": ["B"],
        "not_found": ["C"],
        "throttled": ["D"],
        "failed": ["E"],
    }
    assert query(
        "select item, n_attempts, n_rows, message, since from raw.fetch_log order by item"
    ) == [
        ("A", 1, 9, None, None),
        ("B", 1, 0, "nothing in these dates", None),
        ("C", 1, 0, "no such symbol", None),
        ("D", 2, 0, "slow down", None),
        ("E", 2, 0, "UnavailableError: HTTP 500", None),
    ]
    assert query("select count(*) from raw.fetch_runs") == [(0,)]
    assert query(
        "select count(*) from raw.fetch_log where started_at >= '2024-01-10 13:20' "
        "and started_at <= finished_at and finished_at < '2024-01-10 13:21'"
    ) == [(5,)]


def test_a_run_goes_on_with_what_is_not_answered(run, capsys) -> None:
    toy = Toy("A", "B", "C", "D")
    toy.answers = {"B": [], "C": NotFoundError("gone"), "D": UnavailableError("HTTP 500")}
    run(toy)
    toy.asked.clear()
    del toy.answers["D"]
    later = NOW + timedelta(hours=3)
    (result,) = run(toy, now=later)
    assert toy.asked == [("D", None)]
    assert "toy0: going on with the run of 13:20 UTC: 3 of 4 items are done" in (
        capsys.readouterr().err
    )
    assert (result.missing, exit_code([result])) == ({"empty": ["B"], "not_found": ["C"]}, 3)
    assert query("select run_id, is_update, n_items, started_at from raw.fetch_runs") == [
        (1, False, 4, datetime(2024, 1, 10, 13, 20))
    ]
    toy.asked.clear()
    run(toy, now=later)
    assert len(toy.asked) == 4
    assert query("select distinct run_id from raw.fetch_log order by all") == [(1,), (2,)]


def test_a_third_call_asks_only_for_what_the_second_did_not_get(run) -> None:
    toy = Toy("A", "B", "C")
    toy.answers = {"B": UnavailableError("HTTP 500"), "C": UnavailableError("HTTP 500")}
    run(toy)
    del toy.answers["B"]
    run(toy)
    toy.asked.clear()
    run(toy)
    assert set(toy.asked) == {("C", None)}


def test_a_source_may_ask_in_two_rounds(run, monkeypatch) -> None:
    class TwoRounds(Toy):
        def fetch(self, job: Job) -> Iterator[Batch | Part]:
            yield from super().fetch(job)
            self.symbols = ("C", "D", "E")
            yield from super().fetch(job)

    monkeypatch.setattr(ingest.parts, "CHUNK_PARTS", 1)
    (result,) = run(TwoRounds("A", "B"))
    assert (result.n_items, exit_code([result])) == (5, 0)
    assert query("select n_items from raw.fetch_runs") == [(5,)]
    assert query("select count(*) from raw.universe") == [(5,)]


@pytest.mark.parametrize(
    "change",
    [
        {"now": NOW + timedelta(hours=25)},
        {"now": NOW - timedelta(hours=1)},
        {"start": date(2024, 1, 2)},
        {"symbols": frozenset({"A", "B"})},
        {"is_update": True},
        {"options": {"exchange": "other"}},
    ],
)
def test_another_kind_of_run_starts_anew(run, change) -> None:
    toy = Toy("A", "B")
    toy.answers = {"B": UnavailableError("HTTP 500")}
    run(toy)
    toy.asked.clear()
    run(toy, **change)
    assert {symbol for symbol, _ in toy.asked} == {"A", "B"}


def test_gentler_fetching_goes_on_with_the_same_run(run) -> None:
    toy = Toy("A", "B")
    toy.answers = {"B": UnavailableError("HTTP 500")}
    run(toy)
    toy.asked.clear()
    run(toy, options={"fetching": {"attempts": 1}})
    assert toy.asked == [("B", None)]


def test_an_update_asks_from_a_few_days_before_the_newest_bar(run) -> None:
    toy = Toy("A", "B")
    toy.answers = {"B": []}
    run(toy)
    toy.asked.clear()
    toy.last_day = date(2024, 1, 12)
    (result,) = run(toy, is_update=True, now=NOW + timedelta(days=3))
    assert sorted(toy.asked) == [("A", date(2024, 1, 7)), ("B", None)]
    assert query("select count(*), max(bar_date) from raw.prices") == [(12, date(2024, 1, 12))]
    assert result.missing == {"empty": ["B"]}
    toy.answers = {"A": [], "B": None}
    assert exit_code(run(toy, is_update=True, now=NOW + timedelta(days=5))) == 0
    assert outcomes() == {"A": "empty", "B": "ok"}


def test_an_update_goes_by_what_its_own_source_landed(run) -> None:
    old, new = Toy("A"), Toy("A")
    old.last_day = date(2024, 1, 5)
    run(old, new)
    old.asked.clear()
    run(old, new, is_update=True)
    assert old.asked == [("A", date(2024, 1, 3))]


def test_parts_land_in_chunks_and_the_last_one_ends_the_run(run, monkeypatch) -> None:
    monkeypatch.setattr(ingest.parts, "CHUNK_PARTS", 2)
    toy = Toy(*"ABCDE")
    (result,) = run(toy)
    assert query("select load_id, count(*) from raw.fetch_log group by all order by all") == [
        (2, 2),
        (3, 2),
        (4, 1),
    ]
    assert query("select count(*) from raw.loads") == [(4,)]
    lines = {line.table: (line.landed, line.unchanged) for line in result.landed.tables}
    assert lines == {"universe": (5, 0), "prices": (45, 0)}
    assert (result.landed.load_id, exit_code([result])) == (4, 0)
    assert query("select n_items from raw.fetch_runs") == [(5,)]


def test_a_slow_fetch_lands_what_it_has(run, monkeypatch) -> None:
    monkeypatch.setattr(ingest.parts, "CHUNK_SECONDS", 0.0)
    run(Toy(*"ABCDE"))
    assert query("select count(distinct load_id) from raw.fetch_log")[0][0] == 5


def test_a_refused_item_leaves_the_others_of_its_chunk_alone(run) -> None:
    toy = Toy("A", "B", "C")
    toy.answers["B"] = [bar("B", date(2024, 1, day), close="n/a") for day in range(1, 5)]
    (result,) = run(toy)
    assert outcomes() == {"A": "ok", "B": "failed", "C": "ok"}
    assert query("select symbol, count(*) from raw.prices group by all order by all") == [
        ("A", 9),
        ("C", 9),
    ]
    assert (
        "toy: B: 4 of 4 rows cannot land"
        in query("select message from raw.fetch_log where item = 'B'")[0][0]
    )
    assert query("select n_rows from raw.fetch_log where item = 'B'") == [(0,)]
    assert query(
        "select status, count(*) from raw.rejects inner join raw.loads using (load_id) group by all"
    ) == [("failed", 4)]
    assert query("select count(*) from raw.loads where status = 'failed'") == [(1,)]
    assert exit_code([result]) == 3
    toy.asked.clear()
    del toy.answers["B"]
    assert exit_code(run(toy)) == 0
    assert toy.asked == [("B", None)]


def test_nothing_of_a_chunk_that_breaks_while_landing_is_left(run, monkeypatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("disk full")

    toy = Toy("A", "B")
    with monkeypatch.context() as patch:
        patch.setattr(ingest.parts, "close_run", broken)
        (result,) = run(toy)
    assert exit_code([result]) == 2
    assert query("select count(*) from raw.prices") == [(0,)]
    assert query("select count(*) from raw.fetch_log") == [(0,)]
    assert exit_code(run(toy)) == 0


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError("vendor's bug")])
def test_what_came_before_an_interruption_lands(run, stop) -> None:
    class Interrupted(Toy):
        def fetch(self, job: Job) -> Iterator[Batch | Part]:
            for number, piece in enumerate(super().fetch(job)):
                if number == 3:
                    raise stop
                yield piece

    broken = Interrupted(*"ABCDE")
    if isinstance(stop, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            run(broken)
    else:
        assert exit_code(run(broken)) == 2
    assert list(outcomes().values()) == ["ok", "ok"]
    healthy = Toy(*"ABCDE")
    assert exit_code(run(healthy)) == 0
    assert len(healthy.asked) == 3


def test_a_source_that_is_refused_leaves_the_others_alone(run) -> None:
    def refused(job: Job) -> Iterator[Batch]:
        raise IngestError("a user agent is missing")
        yield

    results = run(SimpleNamespace(fetch=refused, LIMITS=LIMITS), Toy("A"))
    assert exit_code(results) == 2
    assert str(results[0].error) == "a user agent is missing"
    assert outcomes() == {"A": "ok"}


def test_files_that_are_refused_stop_the_run(run) -> None:
    def refused(job: Job) -> Iterator[Batch]:
        raise IngestError("no such column")
        yield

    toy = Toy("A")
    with pytest.raises(IngestError, match="no such column"):
        run(SimpleNamespace(fetch=refused), toy)
    assert toy.asked == []


def test_none_came_is_told_apart(run) -> None:
    def unreachable(job: Job) -> Iterator[Batch]:
        raise UnavailableError("no route")
        yield

    gone = SimpleNamespace(fetch=unreachable, LIMITS=LIMITS)
    assert exit_code(run(gone)) == 4
    assert exit_code(run(gone, Toy("A"))) == 3
    none = Toy("A", "B")
    none.answers = {"A": NotFoundError("?"), "B": UnavailableError("?")}
    assert exit_code(run(none)) == 4
    rows = pa.Table.from_pylist(Toy().bars("Z", None))
    files = SimpleNamespace(fetch=lambda job: iter([Batch("prices", rows, "z.csv")]))
    assert exit_code(run(files)) == 0
    assert exit_code(run(none, files)) == 3


def test_symbols_asked_for_alone_are_fetched(run) -> None:
    toy = Toy("A", "B")
    (result,) = run(toy, symbols=frozenset({"B"}))
    assert (toy.asked, result.n_items, exit_code([result])) == ([("B", None)], 1, 0)
    assert query("select symbol from raw.universe") == [("B",)]
