"""Mutated input at landing: each row ends in raw or in rejects, or the load is refused in words."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingest.config import load_dataset
from ingest.errors import IngestError
from ingest.landing import land
from ingest.sources import Batch, Job
from ingest.sources.files import fetch as fetch_files
from ingest.tables import KEYS, raw_table
from warehouse.files import DatasetFiles, connect_work, dataset_files

NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
N_ROWS = 60  # of which a fifth may be rejected
N_ROWS_SQL = [f"select count(*) from raw.{table}" for table in KEYS]
ORIGIN = "vendor's file.csv"
TAG = re.compile(r"TAG\d+X")
TAG_NUMBERS = itertools.count(1)
MUTATIONS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),  # a failing mutant is shown whole: shrinking it takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Of each table a good row for a number that no other row has, and the two columns it shows in.
GOOD_ROWS = {
    "universe": lambda n: {
        "symbol": f"TAG{n}X",
        "asset_class": "equity",
        "venue": "XNYS",
        "country": "US",
        "currency": "USD",
        "sector": "Energy",
        "name": f"Name {n} & sons",
        "asset_kind": "stock",
        "member_from": date(2010, 1, 4),
        "member_to": date(2020, 1, 4),
    },
    "prices": lambda n: {
        "symbol": f"TAG{n}X",
        "bar_date": date(2020, 1, 2),
        "open": 10.5,
        "high": 12.0,
        "low": 9.75,
        "close": 11.25,
        "volume": n + 0.5,
        "currency": "USD",
        "price_basis": "as_traded",
    },
    "corporate_actions": lambda n: {
        "symbol": f"TAG{n}X",
        "ex_date": date(2020, 1, 2),
        "action_type": "cash_dividend",
        "value": n + 0.5,
        "currency": "USD",
    },
    "fundamentals": lambda n: {
        "symbol": f"TAG{n}X",
        "metric": "revenue",
        "period_end_date": date(2019, 12, 31),
        "frequency": "quarter",
        "published_at": datetime(2020, 2, 3, 4, 5, 6),
        "value": n + 0.5,
        "currency": "USD",
    },
    "fx_rates": lambda n: {
        "currency": f"TAG{n}X",
        "rate_date": date(2020, 1, 2),
        "usd_per_unit": n + 0.5,
    },
    "interest_rates": lambda n: {
        "currency": f"TAG{n}X",
        "rate_date": date(2020, 1, 2),
        "yield_ann": n + 0.5,
        "quote_convention": "effective_annual",
    },
    "symbol_changes": lambda n: {
        "old_symbol": f"TAG{n}X",
        "change_date": date(2020, 1, 2),
        "new_symbol": f"NEW{n}X",
    },
}
TAGS = {
    "universe": ("symbol", "name"),
    "prices": ("symbol", "volume"),
    "corporate_actions": ("symbol", "value"),
    "fundamentals": ("symbol", "value"),
    "fx_rates": ("currency", "usd_per_unit"),
    "interest_rates": ("currency", "yield_ann"),
    "symbol_changes": ("old_symbol", "new_symbol"),
}

ODD_TEXTS = [
    *("", " ", "\t", "NA", "None", "null", "nan", "NaN", "inf", "-Infinity", "#N/A", "-", "."),
    *("1e400", "-1e400", "1e-400", "9" * 400, "1,5", "1.000,50", "1_000", "0x1F", "٣", "½", "1e"),
    *("$5", "5 %", "(3)", "TRUE", "true", "01/02/2020", "2020/1/2", "2020-1-2", "20200102"),
    *("2020-02-30", "2020-13-01", "0000-00-00", "2020-01-02T24:00:00", "2020-01-02 25:61:61"),
    *("epoch", "infinity", "today", "1 Jan 2020", "-0044-03-15", "2020-01-02 (BC)", "10000-01-01"),
    *("294247-01-10", "294246-12-31", "5881580-07-10", "5881580-07-11", "9999999-01-01"),
    *("2020-01-02 10:00:00+99", "2020-01-02 10:00:00 Europe/Nowhere", "2020-01-02T10:00:00Z"),
    *("equity", "EQUITY", "crypto", "split", "delisting", "split_adjusted", "total_return", "day"),
    *("XLON", "24/7", "GBp", "usd", "'; drop table raw.prices; --", '"', "''", "\\", "{}", "[1]"),
    *("\x00", "a\x00b", "\ufeff", "\u202e", "é", "e\u0301", "日本", "🙂", "a\nb", "x" * 5000),
]
ODD_DATES = [
    *(date.min, date.max, date(1582, 10, 10), date(2200, 2, 28)),
    *(datetime.min, datetime.max, datetime(2020, 1, 2, 23, 59, 59, 999999)),
    *(f"{day:%d/%m/%Y}" for day in (date(2020, 12, 31), date(2020, 1, 2))),
]


def odd_cells() -> st.SearchStrategy[Any]:
    """What may stand in a cell by mistake."""
    return st.one_of(
        st.none(),
        st.sampled_from(ODD_TEXTS),
        st.text(max_size=6),
        st.floats(width=64),
        st.integers(-(10**30), 10**30),
        st.sampled_from(ODD_DATES),
    )


# Whole columns of a wrong type.
WRONG_TYPES = {
    "bool": lambda n: pa.array([i % 2 == 0 for i in range(n)]),
    "binary": lambda n: pa.array([bytes([i, 255, 0]) for i in range(n)]),
    "fixed_binary": lambda n: pa.array([bytes([i, 200]) for i in range(n)], pa.binary(2)),
    "list": lambda n: pa.array([[1, None]] * n),
    "struct": lambda n: pa.array([{"a": 1, "b": "x"}] * n),
    "map": lambda n: pa.array([[("a", 1)]] * n, pa.map_(pa.string(), pa.int64())),
    "null": pa.nulls,
    "int8": lambda n: pa.array([7] * n, pa.int8()),
    "uint64": lambda n: pa.array([2**64 - 1] * n, pa.uint64()),
    "float16": lambda n: pa.array([1.5] * n, pa.float16()),
    "float32": lambda n: pa.array([1e38] * n, pa.float32()),
    "decimal": lambda n: pa.array([Decimal("1.25")] * n, pa.decimal128(38, 2)),
    "decimal256": lambda n: pa.array([Decimal("1.25")] * n, pa.decimal256(76, 2)),
    "time": lambda n: pa.array([time(1, 2, 3)] * n),
    "duration": lambda n: pa.array([timedelta(days=40)] * n),
    "interval": lambda n: pa.array([pa.MonthDayNano([1, 2, 3])] * n),
    "date64": lambda n: pa.array([date(2020, 1, 2)] * n, pa.date64()),
    "far_date": lambda n: pa.array([2**31 - 10] * n, pa.int32()).cast(pa.date32()),
    "seconds": lambda n: pa.array([2**60] * n, pa.timestamp("s")),
    "zoned": lambda n: pa.array([2**62] * n, pa.timestamp("us", "America/New_York")),
    "nanoseconds": lambda n: pa.array([-(2**63)] * n, pa.timestamp("ns")),
    "dictionary": lambda n: pa.array(["a", "2020-01-02", None] * n)[:n].dictionary_encode(),
    "large_string": lambda n: pa.array(["5"] * n, pa.large_string()),
    "string_view": lambda n: pa.array(["5"] * n, pa.string_view()),
    "run_end": lambda n: pa.RunEndEncodedArray.from_arrays([n], ["5"]),
    "some_seconds": lambda n: pa.array([0, 2**60, None] * n, pa.timestamp("s"))[:n],
    "some_milliseconds": lambda n: pa.array([-(2**62), 5] * n, pa.timestamp("ms", "UTC"))[:n],
}


@dataclass
class Mutant:
    """How a good batch is changed.

    Attributes
    ----------
    cells : row, column and what stands there instead.
    is_text : all columns are text, as from a CSV; else numbers and dates are of their own type.
    wrong_types : columns replaced by one of WRONG_TYPES.
    copies : rows that stand in the batch once more.
    shuffle : seed of the order of the rows.
    """

    cells: list[tuple[int, str, Any]]
    is_text: bool
    wrong_types: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    copies: list[int] = field(default_factory=list)
    shuffle: int = 0


@st.composite
def mutants(draw: st.DrawFn, table: str) -> Mutant:
    columns = list(raw_table(table).columns)
    rows = st.integers(0, N_ROWS - 1)
    cell = st.tuples(rows, st.sampled_from(columns), odd_cells())
    mutant = Mutant(
        cells=draw(st.lists(cell, min_size=10, max_size=16)),
        is_text=draw(st.booleans()),
        copies=draw(st.lists(rows, max_size=8)),
        shuffle=draw(st.integers(0, 1000)),
    )
    whole = draw(st.sampled_from(["none"] * 6 + ["type"] * 4 + ["dropped", "renamed"]))
    column = draw(st.sampled_from(columns))
    if whole == "type":
        mutant.wrong_types[column] = draw(st.sampled_from(sorted(WRONG_TYPES)))
    elif whole == "dropped":
        mutant.dropped.append(column)
    elif whole == "renamed":
        new_names = st.sampled_from([column.upper(), "", 'a"b', "load_id", *columns])
        mutant.renamed[column] = draw(new_names)
    return mutant


@dataclass
class Given:
    """A mutated batch, and by source_row the tags that its rows still carry."""

    batch: Batch
    tags: dict[int, tuple[Any, Any]]
    untouched: dict[int, dict[str, Any]]


def mutated(table: str, mutant: Mutant) -> Given:
    good = [GOOD_ROWS[table](next(TAG_NUMBERS)) for _ in range(N_ROWS)]
    rows = [dict(row) for row in good]
    for index, column, value in mutant.cells:
        rows[index][column] = value
    order = [*range(N_ROWS), *mutant.copies]
    random.Random(mutant.shuffle).shuffle(order)
    lost = {*mutant.wrong_types, *mutant.dropped, *mutant.renamed, *mutant.renamed.values()}
    touched = {index for index, _, _ in mutant.cells}
    tags, untouched = {}, {}
    for source_row, index in enumerate(order, start=2):
        tags[source_row] = tuple(
            good[index][name]
            if name not in lost and rows[index][name] == good[index][name]
            else None
            for name in TAGS[table]
        )
        if index not in touched and not lost:
            untouched[source_row] = good[index]
    names, arrays = [], []
    for name in raw_table(table).columns:
        if name not in mutant.dropped:
            cells = [rows[index][name] for index in order]
            names.append(mutant.renamed.get(name, name))
            arrays.append(_array(table, name, cells, mutant))
    names.append("source_row")
    arrays.append(pa.array(range(2, len(order) + 2), pa.int64()))
    return Given(Batch(table, pa.Table.from_arrays(arrays, names), ORIGIN), tags, untouched)


def _array(table: str, name: str, cells: list[Any], mutant: Mutant) -> pa.Array:
    if name in mutant.wrong_types:
        return WRONG_TYPES[mutant.wrong_types[name]](len(cells))
    kind = raw_table(table).columns[name]
    if not mutant.is_text and kind == "DOUBLE" and _are(cells, int, float):
        return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())
    if not mutant.is_text and kind in ("DATE", "TIMESTAMP") and _are(cells, date):
        days = [_as_datetime(cell) if kind == "TIMESTAMP" else cell for cell in cells]
        return pa.array(days, pa.timestamp("us") if kind == "TIMESTAMP" else pa.date32())
    return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())


def _are(cells: list[Any], *kinds: type) -> bool:
    return all(cell is None or isinstance(cell, kinds) for cell in cells)


def _as_datetime(day: date | None) -> datetime | None:
    return datetime.combine(day, time()) if type(day) is date else day


class Landing:
    """A work file, and how many rows its raw tables must hold by what the summaries said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(folder))
        self.files: DatasetFiles = dataset_files("mine")
        self.n_rows = dict.fromkeys(KEYS, 0)

    def query(self, *statements: str) -> list[list[tuple[Any, ...]]]:
        connection = connect_work(self.files)
        answers = [connection.execute(sql).fetchall() for sql in (*statements, *N_ROWS_SQL)]
        connection.close()
        assert {table: answers.pop()[0][0] for table in reversed(KEYS)} == self.n_rows
        return answers

    def takes(self, table: str, mutant: Mutant) -> str:
        """Land a mutant, check that each row is accounted for, and say what became of it."""
        batch = mutated(table, mutant)
        try:
            summary = land(self.files, "mine", "files", [batch.batch], NOW)
        except IngestError as refusal:
            self.is_refused(str(refusal), ORIGIN, len(batch.tags))
            return "refused"
        (line,) = summary.tables
        assert line.landed + line.unchanged + line.rejected == len(batch.tags)
        self.n_rows[table] += line.landed
        self.is_accounted_for(table, batch, summary.load_id, line.landed, line.rejected)
        return "landed in part" if line.rejected else "landed"

    def is_refused(self, message: str, origin: str, n_given: int) -> None:
        """Nothing landed; what is said names the origin and is no exception of the engine."""
        assert origin in message
        assert "Error" not in message
        loads, rejects = self.query(
            "select status, n_rows, n_unchanged, n_rejected, message from raw.loads "
            "qualify load_id = max(load_id) over ()",
            "select count(distinct source_row), count(*) from raw.rejects "
            "where load_id = (select max(load_id) from raw.loads)",
        )
        n_rejected = rejects[0][1]
        assert loads == [("failed", 0, 0, n_rejected, message)]
        assert rejects[0][0] == n_rejected <= n_given

    def is_accounted_for(
        self, table: str, batch: Given, load_id: int, n_landed: int, n_rejected: int
    ) -> None:
        """Each row that still has a tag is in raw or in rejects; each good one is as given."""
        first, second = TAGS[table]
        columns = ", ".join(raw_table(table).columns)
        landed, rejects = self.query(
            f"select {first}, {second}, {columns} from raw.{table} where load_id = {load_id}",
            f"select source_row, reason, row_json from raw.rejects where load_id = {load_id}",
        )
        assert (len(landed), len(rejects)) == (n_landed, n_rejected)
        rejected_rows = {row[0] for row in rejects}
        assert len(rejected_rows) == n_rejected
        assert rejected_rows <= set(batch.tags)
        assert all(reason and json.loads(text) for _, reason, text in rejects)
        firsts, seconds = {row[0] for row in landed}, {row[1] for row in landed}
        for source_row, (tag, other_tag) in batch.tags.items():
            if (tag, other_tag) != (None, None):
                is_in_raw = tag in firsts if tag is not None else other_tag in seconds
                assert is_in_raw != (source_row in rejected_rows), (source_row, tag, other_tag)
        by_tag = {row[0]: row[2:] for row in landed}
        for source_row, good in batch.untouched.items():
            assert by_tag[good[first]] == tuple(good.values()), source_row


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Landing:
    found = Landing(tmp_path / "warehouse", monkeypatch)
    good = mutated("prices", Mutant(cells=[], is_text=True))
    land(found.files, "mine", "files", [good.batch], NOW)
    found.n_rows["prices"] = N_ROWS
    return found


@pytest.mark.parametrize("table", GOOD_ROWS)
def test_every_row_is_in_raw_or_in_rejects(landing: Landing, table: str) -> None:
    """One work file for all examples: their rows carry tags that no other example has."""
    became: Counter[str] = Counter()

    @MUTATIONS
    @given(mutants(table))
    def lands(mutant: Mutant) -> None:
        became[landing.takes(table, mutant)] += 1

    lands()
    assert became.total() >= MUTATIONS.max_examples
    assert min(became["landed in part"], became["refused"]) >= MUTATIONS.max_examples // 25, became


@pytest.mark.parametrize(
    ("table", "column", "right"),
    [
        ("prices", "close", "int8"),
        ("universe", "member_to", "date64"),
        ("fundamentals", "published_at", "date64"),
    ],
)
def test_columns_of_wrong_types_are_accounted_for(
    landing: Landing, table: str, column: str, right: str
) -> None:
    became = {
        kind: landing.takes(table, Mutant(cells=[], is_text=False, wrong_types={column: kind}))
        for kind in WRONG_TYPES
    }
    assert {became["float16"], became["decimal256"], became["struct"]} == {"refused"}
    assert became[right] == "landed"


ODD_RATIOS = ["0", "-2", "nan", "inf", "-inf", "1e308", "1e200", "1e-308", "5e-324", "2", "0.1"]
ODD_PRICES = ["1", "1024.5", "1e308", "nan", "inf", "5e-324", "0", "-1", "16777217", "0.1"]


@pytest.mark.parametrize("brings_splits", [True, False])
def test_odd_splits_leave_every_bar_accounted_for(landing: Landing, brings_splits: bool) -> None:
    """Un-adjusting by ratios that cannot be, of prices that cannot be, is still no crash."""
    actions, bars = [], []
    for number, ratio in enumerate(ODD_RATIOS):
        symbol = f"SPLIT{number}"
        for kind, day in [("split", 5), ("split", 6), ("split", 7), ("cash_dividend", 4)]:
            action = {"symbol": symbol, "ex_date": f"2020-01-{day}", "action_type": kind}
            actions.append({**action, "value": ratio, "currency": "USD"})
        for day, price in enumerate(ODD_PRICES, start=1):
            numbers = dict.fromkeys(("open", "high", "low", "close", "volume"), price)
            bar = {"symbol": symbol, "bar_date": f"2020-01-{day}", "currency": "USD"}
            bars.append({**bar, **numbers, "price_basis": "split_adjusted"})
    batches = [
        Batch(table, pa.Table.from_pylist(rows), ORIGIN, brings_splits=brings_splits)
        for table, rows in (("corporate_actions", actions), ("prices", bars))
    ]
    summary = land(landing.files, "mine", "files", batches, NOW)
    for line in summary.tables:
        landing.n_rows[line.table] += line.landed
    by_table = {line.table: (line.landed, line.rejected) for line in summary.tables}
    assert by_table == {"corporate_actions": (len(actions), 0), "prices": (len(bars), 0)}
    landing.query()


@pytest.mark.parametrize("column", ["open", "volume"])
@pytest.mark.parametrize("landed", ["nan", "inf", "-inf", None])
def test_a_number_takes_the_place_of_what_was_none(
    landing: Landing, column: str, landed: str | None
) -> None:
    """What differs by no more than rounding does lands once; nothing is so near to NaN."""
    bar = {**GOOD_ROWS["prices"](next(TAG_NUMBERS)), "price_basis": "split_adjusted"}
    for value in (landed, "5"):
        cells = {name: str(cell) for name, cell in bar.items()}
        rows = pa.Table.from_pylist([{**cells, column: value}])
        batch = Batch("prices", rows, ORIGIN, brings_splits=True)
        land(landing.files, "mine", "files", [batch], NOW)
        landing.n_rows["prices"] += 1
    (found,) = landing.query(
        f"select {column} from raw.prices where symbol = '{bar['symbol']}' order by load_id desc"
    )
    assert found[0] == (5.0,)


ODD_BYTES = [
    *(b'"', b'""', b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n\r\n", b"\x00", b"\xff", b"\xc3"),
    *(
        b"\xe9",
        "日本".encode(),
        b"'",
        b"\\",
        b"#",
        b" ",
        b"x" * 3000,
        b'"a\nb"',
        b",,,",
        b"-",
        b"9e9",
    ),
    *(b'\n"', b'",', b"\xef\xbb\xbf", b"\xff\xfe", b"\x1a", b"\xc2\x85", b"\xe2\x80\xa8", b"NA,NA"),
]
DATASET = """\
name: mine
base_currency: USD
sources:
  - source: files
    prices:
      - file: prices.csv
        columns: {symbol: ticker, bar_date: day, open: "o * 1", close: c, volume: v, currency: ccy}
        price_basis: as_traded
        encoding: ENCODING
        missing_values: [NA]
"""
ENCODINGS = [
    *[("utf-8", "utf-8")] * 8,
    *(("utf-8-sig", "utf-8"), ("latin-1", "latin-1"), ("utf-16", "utf-16")),
    *(("latin-1", "utf-8"), ("utf-16", "utf-8"), ("utf-8", "utf-16")),
]
CSV_HEADER = "ticker,day,o,c,v,ccy"


@dataclass
class Damage:
    """How a good CSV is damaged: its encoding, the one it is read by, and what its bytes suffer."""

    encodings: tuple[str, str]
    line_end: str
    steps: list[tuple[str, float, Any]]

    def done_to(self, lines: list[str]) -> bytes:
        given = (self.line_end.join(lines) + self.line_end).encode(self.encodings[0])
        for step, share, what in self.steps:
            place = int(share * len(given))
            if step == "insert":
                given = given[:place] + what + given[place:]
            elif step == "overwrite":
                given = given[:place] + what + given[place + len(what) :]
            elif step == "delete":
                given = given[:place] + given[place + what :]
            elif step == "repeat":
                given = given[:place] + given[max(0, place - what) :]
            elif step == "cut":
                given = given[:place]
        return given


def damages() -> st.SearchStrategy[Damage]:
    shares = st.integers(0, 9999).map(lambda n: n * 7919 % 10000 / 10000)  # not mostly 0
    small = st.sampled_from([b"x", b"7", b" ", b"-", b"NA", b"\xc3\xa9", b"1/2/20"])
    steps = st.one_of(
        st.tuples(st.sampled_from(["insert", "overwrite"]), shares, small),
        st.tuples(st.sampled_from(["insert", "overwrite"]), shares, small),
        st.tuples(st.sampled_from(["insert", "overwrite"]), shares, st.sampled_from(ODD_BYTES)),
        st.tuples(st.sampled_from(["delete", "repeat"]), shares, st.integers(1, 90)),
        st.tuples(st.just("cut"), shares, st.none()),
    )
    return st.builds(
        Damage,
        encodings=st.sampled_from(ENCODINGS),
        line_end=st.sampled_from(["\n"] * 6 + ["\r\n", "\r"]),
        steps=st.lists(steps, min_size=1, max_size=2),
    )


def test_every_line_of_a_damaged_csv_is_in_raw_or_in_rejects(
    landing: Landing, tmp_path: Path
) -> None:
    """A symbol that can be read in the file is in raw or in rejects, unless all is refused."""
    became: Counter[str] = Counter()
    path, dataset_path = tmp_path / "prices.csv", tmp_path / "mine.yml"

    @MUTATIONS
    @given(damages())
    def lands(damage: Damage) -> None:
        numbers = [next(TAG_NUMBERS) for _ in range(N_ROWS)]
        lines = [f"TAG{n}X,2020-01-02,9.5,10,{n}.5,USD" for n in numbers]
        path.write_bytes(damage.done_to([CSV_HEADER, *lines]))
        dataset_path.write_text(DATASET.replace("ENCODING", damage.encodings[1]))
        spec = load_dataset(str(dataset_path))
        try:
            batches = fetch_files(Job(spec, spec.sources[0].options))
            summary = land(landing.files, "mine", "files", batches, NOW)
        except IngestError as refusal:
            assert str(path) in str(refusal)
            landing.query()
            became["refused"] += 1
            return
        (line,) = summary.tables
        landing.n_rows["prices"] += line.landed
        landed, rejects = landing.query(
            f"select symbol || ' ' || currency from raw.prices where load_id = {summary.load_id}",
            f"select row_json from raw.rejects where load_id = {summary.load_id}",
        )
        assert (len(landed), len(rejects)) == (line.landed, line.rejected)
        in_raw = Counter(tag for (text,) in landed for tag in TAG.findall(text))
        in_rejects = Counter(tag for (text,) in rejects for tag in TAG.findall(text))
        in_file = Counter(
            TAG.findall(path.read_bytes().decode(damage.encodings[1], errors="replace"))
        )
        assert set(in_file) == {*in_raw, *in_rejects}
        for tag in [tag for tag, count in in_file.items() if count == 1]:
            assert in_raw[tag] + in_rejects[tag] == 1, tag
        became["landed in part" if rejects else "landed"] += 1

    lands()
    assert became.total() >= MUTATIONS.max_examples
    assert min(became["landed"], became["landed in part"], became["refused"]) >= 3, became
