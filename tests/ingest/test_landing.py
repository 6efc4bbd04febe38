"""Landing: what lands, what is rejected, what is a new version, and when a load is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ingest.errors import IngestError
from ingest.landing import LoadSummary, land
from ingest.sources import Batch
from warehouse.files import DatasetFiles, connect_work, dataset_files

NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
BAR = {"symbol": "A", "bar_date": "2020-01-02", "close": 10.0, "currency": "USD"}
LISTING = {"symbol": "A", "asset_class": "equity", "venue": "XNYS", "currency": "USD"}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DatasetFiles:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    return dataset_files("mine")


@pytest.fixture
def query(files: DatasetFiles) -> Callable[[str], list[tuple[Any, ...]]]:
    def run(sql: str) -> list[tuple[Any, ...]]:
        connection = connect_work(files)
        rows = connection.execute(sql).fetchall()
        connection.close()
        return rows

    return run


def batch(table: str, rows: list[dict[str, Any]], origin: str = "file.csv") -> Batch:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    if "source_row" not in columns:
        columns["source_row"] = list(range(2, len(rows) + 2))
    return Batch(table, pa.table(columns), origin)


def bars(*changes: dict[str, Any], origin: str = "prices.csv") -> Batch:
    return batch("prices", [{"price_basis": "as_traded", **BAR, **row} for row in changes], origin)


def load(files: DatasetFiles, *batches: Batch, source: str = "files", **kwargs: Any) -> LoadSummary:
    return land(files, "mine", source, batches, NOW, **kwargs)


def counts(summary: LoadSummary) -> dict[str, tuple[int, int, int]]:
    return {line.table: (line.landed, line.unchanged, line.rejected) for line in summary.tables}


def many_bars(*more: dict[str, Any]) -> Batch:
    """Ten good bars and some more, so that a few bad ones stay below a fifth."""
    first = date(2019, 1, 1)
    good = [{"bar_date": str(first + timedelta(days=day)), "close": "1"} for day in range(10)]
    return bars(*good, *({"close": "1", **row} for row in more))


def test_a_load_lands_with_its_stamp(files, query) -> None:
    summary = load(files, batch("universe", [LISTING]), bars({}))
    assert counts(summary) == {"universe": (1, 0, 0), "prices": (1, 0, 0)}
    assert query("select symbol, bar_date, close, occurrence, source, load_id from raw.prices") == [
        ("A", date(2020, 1, 2), 10.0, 1, "files", 1)
    ]
    assert query("select asset_kind, observed_at from raw.universe") == [
        ("stock", datetime(2024, 1, 2, 3, 4, 5))
    ]
    assert query("select load_id, status, n_rows, message from raw.loads") == [(1, "ok", 2, None)]


def test_an_identical_run_lands_nothing_but_its_log(files, query) -> None:
    given = [batch("universe", [LISTING]), bars({"open": None, "close": float("nan")})]
    load(files, *given)
    assert counts(load(files, *given)) == {"universe": (0, 1, 0), "prices": (0, 1, 0)}
    assert query("select load_id, n_rows, n_unchanged from raw.loads order by 1") == [
        (1, 2, 0),
        (2, 0, 2),
    ]


def test_only_the_key_that_changed_is_a_new_version(files, query) -> None:
    load(files, bars({}, {"bar_date": "2020-01-03"}))
    load(files, bars({}, {"bar_date": "2020-01-03", "close": 11.0}))
    assert query("select bar_date, close, load_id from raw.prices order by all") == [
        (date(2020, 1, 2), 10.0, 1),
        (date(2020, 1, 3), 10.0, 1),
        (date(2020, 1, 3), 11.0, 2),
    ]


def test_a_value_that_comes_back_is_a_version_again(files, query) -> None:
    for close in (10.0, 11.0, 10.0):
        load(files, bars({"close": close}))
    assert query("select close from raw.prices order by load_id") == [(10.0,), (11.0,), (10.0,)]


def test_a_key_that_lost_a_row_is_a_new_version(files, query) -> None:
    load(files, bars({}, {"close": 12.0}))
    assert counts(load(files, bars({})))["prices"] == (1, 0, 0)
    assert query("select count(*) from raw.prices where load_id = 2") == [(1,)]


def test_a_filled_gap_is_a_new_version(files, query) -> None:
    load(files, bars({"volume": None}))
    load(files, bars({"volume": 5.0}))
    assert query("select volume from raw.prices order by load_id") == [(None,), (5.0,)]


def test_duplicates_collapse_and_conflicts_are_numbered(files, query) -> None:
    given = bars({"close": 12.0}, {"close": 10.0}, {"close": 10.0})
    assert counts(load(files, given))["prices"] == (2, 1, 0)
    expected = [(10.0, 1), (12.0, 2)]
    assert query("select close, occurrence from raw.prices order by occurrence") == expected
    assert counts(load(files, given))["prices"] == (0, 3, 0)


def test_statements_are_versioned_by_publication(files, query) -> None:
    row = {"symbol": "A", "metric": "revenue", "period_end_date": "2020-03-31", "value": 1.0}
    row["frequency"] = "quarter"
    given = [{**row, "published_at": None}, {**row, "published_at": "2020-05-01 10:00:00"}]
    load(files, batch("fundamentals", given))
    given[0]["value"] = 2.0
    assert counts(load(files, batch("fundamentals", given)))["fundamentals"] == (1, 1, 0)
    assert query("select published_at, value from raw.fundamentals where load_id = 2") == [
        (None, 2.0)
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2020-05-01T10:00:00+02:00", datetime(2020, 5, 1, 8)),
        ("2020-05-01 10:00:00", datetime(2020, 5, 1, 10)),
        ("2020-05-01", datetime(2020, 5, 1, 23, 59, 59, 999999)),
        (date(2020, 5, 1), datetime(2020, 5, 1, 23, 59, 59, 999999)),
        (datetime(2020, 5, 1, 1, tzinfo=timezone(timedelta(hours=3))), datetime(2020, 4, 30, 22)),
    ],
)
def test_publication_is_an_instant_in_utc(files, query, given, expected) -> None:
    row = {"symbol": "A", "metric": "revenue", "period_end_date": date(2020, 3, 31), "value": 1}
    load(files, batch("fundamentals", [{**row, "frequency": "quarter", "published_at": given}]))
    assert query("select published_at from raw.fundamentals") == [(expected,)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"close": "abc"}, "untyped:close"),
        ({"close": "1,5"}, "untyped:close"),
        ({"bar_date": "n/a"}, "untyped:bar_date"),
        ({"bar_date": "infinity"}, "untyped:bar_date"),
        ({"symbol": " "}, "missing_key:symbol"),
        ({"bar_date": None}, "missing_key:bar_date"),
        ({"currency": ""}, "missing_key:currency"),
        ({"price_basis": "adjusted"}, "bad_value:price_basis"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason(files, query, change, reason) -> None:
    bad = {"close": "2", **change}
    summary = load(files, many_bars(bad))
    assert counts(summary)["prices"] == (10, 0, 1)
    rows = query("select reason, row_json, source_file, source_row, load_id from raw.rejects")
    assert [(row[0], *row[2:]) for row in rows] == [(reason, "prices.csv", 12, 1)]
    assert json.loads(rows[0][1])["close"] == bad["close"]


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("universe", {**LISTING, "asset_class": "bond"}, "bad_value:asset_class"),
        ("universe", {**LISTING, "asset_kind": "stablecoins"}, "bad_value:asset_kind"),
        ("universe", {**LISTING, "venue": "XXXX"}, "unknown_venue"),
        (
            "corporate_actions",
            {"symbol": "A", "ex_date": "2020-01-02", "action_type": "spin"},
            "bad_value:action_type",
        ),
        (
            "interest_rates",
            {"currency": "USD", "rate_date": "2020-01-02", "quote_convention": "simple"},
            "bad_value:quote_convention",
        ),
    ],
)
def test_a_word_that_is_not_allowed_is_rejected(files, query, table, row, reason) -> None:
    with pytest.raises(IngestError, match="Allowed"):
        load(files, batch(table, [row]))
    assert query("select table_name, reason from raw.rejects") == [(table, reason)]


CHANGE = {"old_symbol": "FB", "change_date": "2022-06-09", "new_symbol": "META"}


def test_changes_of_symbol_land_in_versions(files, query) -> None:
    other = {"old_symbol": "TWTR", "change_date": "2022-10-27", "new_symbol": "X"}
    load(files, batch("symbol_changes", [CHANGE, other]), symbols={"META", "TWTR"})
    later = batch("symbol_changes", [CHANGE, {**other, "new_symbol": "Y"}])
    assert counts(load(files, later))["symbol_changes"] == (1, 1, 0)
    load(files, batch("symbol_changes", [{**other, "new_symbol": "Z"}]), symbols={"META"})
    load(files, batch("symbol_changes", [{**CHANGE, "new_symbol": "M"}]), end=date(2022, 6, 8))
    assert query("select * exclude observed_at from raw.symbol_changes order by all") == [
        ("FB", date(2022, 6, 9), "META", "files", 1),
        ("TWTR", date(2022, 10, 27), "X", "files", 1),
        ("TWTR", date(2022, 10, 27), "Y", "files", 2),
    ]


def test_a_symbol_that_changes_into_itself_is_rejected(files, query) -> None:
    rows = [{**CHANGE, "old_symbol": f"S{number}"} for number in range(5)]
    load(files, batch("symbol_changes", [*rows, {**CHANGE, "new_symbol": "FB"}]))
    assert query("select table_name, reason from raw.rejects") == [
        ("symbol_changes", "same_symbol")
    ]
    with pytest.raises(IngestError, match="an old and a new one that differ"):
        load(files, batch("symbol_changes", [{**CHANGE, "new_symbol": "FB"}]))


def test_bad_values_land(files, query) -> None:
    closes = ["nan", "inf", "-3", "0", None]
    days = [f"2020-02-0{day}" for day in range(1, 6)]
    changed = [{"bar_date": day, "close": close} for day, close in zip(days, closes, strict=True)]
    assert counts(load(files, many_bars(*changed)))["prices"] == (15, 0, 0)
    found = query("select cast(close as varchar) from raw.prices where bar_date >= '2020-02-01'")
    assert {row[0] for row in found} == {"nan", "inf", "-3.0", "0.0", None}


def test_every_input_row_ends_somewhere_once(files, query) -> None:
    given = many_bars({"close": "abc"}, {"close": "3"}, {"close": "3"}, {"symbol": ""})
    line = load(files, given).tables[0]
    assert line.landed + line.unchanged + line.rejected == given.rows.num_rows
    assert query("select count(*) from raw.prices") == [(line.landed,)]
    assert query("select count(*) from raw.rejects") == [(line.rejected,)]


def test_a_missing_key_column_is_an_error_and_others_are_null(files, query) -> None:
    rows = bars({}).rows
    with pytest.raises(IngestError, match=r"prices\.csv: prices lacks currency"):
        load(files, Batch("prices", rows.drop_columns("currency"), "prices.csv"))
    with pytest.raises(IngestError, match="has no column 'cls'"):
        load(files, Batch("prices", rows.append_column("cls", pa.array([1])), "prices.csv"))
    load(files, bars({}))
    assert query("select open, volume from raw.prices") == [(None, None)]


def test_no_rows_are_refused(files) -> None:
    with pytest.raises(IngestError, match=r"prices\.csv has no data rows for prices"):
        load(files, Batch("prices", bars({}).rows.slice(0, 0), "prices.csv"))


def test_many_rejects_refuse_the_load_and_are_still_recorded(files, query) -> None:
    load(files, bars({}))
    bad = [{"bar_date": f"{day}/01/2020"} for day in (13, 14, 15)]
    with pytest.raises(IngestError) as raised:
        load(files, batch("universe", [LISTING]), many_bars(*bad))
    for words in ("prices.csv", "3 of 13", "line 12", "'13/01/2020'", "date_format"):
        assert words in str(raised.value)
    assert query("select load_id, status, n_rows, n_rejected from raw.loads order by 1") == [
        (1, "ok", 1, 0),
        (2, "failed", 0, 3),
    ]
    assert query("select message from raw.loads where load_id = 2") == [(str(raised.value),)]
    assert query("select count(*) from raw.rejects where load_id = 2") == [(3,)]
    assert query("select count(*) from raw.universe") == [(0,)]
    assert query("select count(*) from raw.prices") == [(1,)]


def test_a_fifth_of_rejects_is_borne(files) -> None:
    good = [{"bar_date": f"2020-01-0{day}"} for day in range(1, 9)]
    bad = [{"bar_date": "x"}, {"bar_date": "y"}]
    assert counts(load(files, bars(*good, *bad)))["prices"] == (8, 0, 2)


def test_closes_at_or_below_zero_refuse_the_load(files) -> None:
    days = [f"2020-01-0{day}" for day in range(1, 5)]
    closes = [1.0, 0.0, -0.5, -0.1]
    rows = [{"bar_date": day, "close": close} for day, close in zip(days, closes, strict=True)]
    load(files, bars(*rows[:3], {"bar_date": "2020-01-04", "close": 1.0}))
    with pytest.raises(IngestError, match=r"prices\.csv: 3 of 4 closes .* line 3: 0\.0.*columns"):
        load(files, bars(*rows))


def test_a_symbol_of_two_classes_refuses_the_load(files) -> None:
    coin = {**LISTING, "asset_class": "crypto", "venue": "24/7"}
    with pytest.raises(IngestError, match=r"'A'.*crypto by coins\.csv, equity by stocks\.csv.*suf"):
        load(
            files,
            batch("universe", [LISTING], "stocks.csv"),
            batch("universe", [coin], "coins.csv"),
        )
    load(files, batch("universe", [LISTING], "stocks.csv"))
    with pytest.raises(IngestError, match=r"crypto by coins\.csv, equity by files"):
        load(files, batch("universe", [coin], "coins.csv"), source="other")


def test_symbols_without_universe_row_are_counted(files, query) -> None:
    summary = load(files, batch("universe", [LISTING]), bars({}, {"symbol": "B"}, {"symbol": "C"}))
    assert summary.warnings[0].startswith("2 symbols have prices and no universe row (B, C)")
    assert query("select message from raw.loads") == [(summary.warnings[0],)]


def test_a_source_that_contradicts_another_is_told(files) -> None:
    load(files, bars({}))
    assert not [text for text in load(files, bars({}), source="b").warnings if "another" in text]
    summary = load(files, bars({"close": 11.0}), source="b")
    assert summary.warnings[0].startswith("1 keys of prices were last given by another source")


def test_an_error_in_the_source_lands_nothing(files, query) -> None:
    def batches():
        yield bars({})
        raise RuntimeError("the vendor hung up")

    with pytest.raises(RuntimeError):
        land(files, "mine", "files", batches(), NOW)
    assert query("select status, message from raw.loads") == [("failed", "the vendor hung up")]
    assert query("select count(*) from raw.prices") == [(0,)]


def test_an_error_while_appending_rolls_everything_back(files, query, monkeypatch) -> None:
    import ingest.landing

    def broken(*_: Any) -> None:
        raise RuntimeError("disk full")

    load(files, bars({}))
    monkeypatch.setattr(ingest.landing, "unlisted_symbols", broken)
    with pytest.raises(RuntimeError, match="disk full"):
        load(files, bars({"close": 11.0}))
    assert query("select count(*) from raw.prices") == [(1,)]
    assert query("select status from raw.loads order by load_id") == [("ok",), ("failed",)]


SPLITS = [
    {"symbol": "A", "ex_date": "2020-01-03", "action_type": "split", "value": 2.0},
    {"symbol": "A", "ex_date": "2020-01-06", "action_type": "split", "value": 3.0},
    {"symbol": "A", "ex_date": "2020-01-02", "action_type": "cash_dividend", "value": 0.5},
    {"symbol": "A", "ex_date": "2020-01-06", "action_type": "cash_dividend", "value": 0.5},
]


def adjusted_bars() -> Batch:
    row = {"price_basis": "split_adjusted", "open": 4.0, "high": 4.0, "low": 4.0, "close": 4.0}
    days = ["2020-01-02", "2020-01-03", "2020-01-06"]
    return bars(*[{**row, "bar_date": day, "volume": 60.0} for day in days], {**row, "symbol": "B"})


def test_bars_are_unadjusted_by_the_splits_after_them(files, query) -> None:
    load(files, batch("corporate_actions", SPLITS), adjusted_bars())
    assert query(
        "select bar_date, open, high, low, close, volume from raw.prices where symbol = 'A' "
        "order by bar_date"
    ) == [
        (date(2020, 1, 2), 24.0, 24.0, 24.0, 24.0, 10.0),
        (date(2020, 1, 3), 12.0, 12.0, 12.0, 12.0, 20.0),
        (date(2020, 1, 6), 4.0, 4.0, 4.0, 4.0, 60.0),
    ]
    assert query("select close from raw.prices where symbol = 'B'") == [(4.0,)]
    assert query("select distinct price_basis from raw.prices") == [("as_traded",)]
    assert query(
        "select value from raw.corporate_actions where action_type = 'cash_dividend' "
        "order by ex_date"
    ) == [(3.0,), (0.5,)]


def test_fetching_in_two_pieces_around_a_split_equals_fetching_once(files, query) -> None:
    actions = batch("corporate_actions", SPLITS)
    load(files, actions, adjusted_bars(), end=date(2020, 1, 3))
    load(files, actions, adjusted_bars(), start=date(2020, 1, 3), symbols={"A"})
    assert counts(load(files, actions, adjusted_bars()))["prices"] == (0, 4, 0)
    assert query("select count(*) from raw.prices") == [(4,)]


def test_a_split_still_to_come_is_not_in_the_prices_yet(files, query) -> None:
    announced = {**SPLITS[0], "ex_date": "2024-01-03"}
    load(files, batch("corporate_actions", [announced]), adjusted_bars())
    assert query("select distinct close, price_basis from raw.prices") == [(4.0, "split_adjusted")]
    assert query("select count(*) from raw.corporate_actions") == [(1,)]


def test_without_splits_bars_stay_split_adjusted(files, query) -> None:
    load(files, batch("corporate_actions", SPLITS[2:]), adjusted_bars())
    assert query("select distinct close, price_basis from raw.prices") == [(4.0, "split_adjusted")]
    assert query("select distinct value from raw.corporate_actions") == [(0.5,)]


def test_bars_as_traded_are_left_alone(files, query) -> None:
    load(files, batch("corporate_actions", SPLITS), bars({}))
    assert query("select close from raw.prices") == [(10.0,)]
    assert query(
        "select distinct value from raw.corporate_actions where action_type <> 'split'"
    ) == [(0.5,)]


def test_dates_and_symbols_pick_rows(files, query) -> None:
    days = [{"bar_date": f"2020-01-0{day}"} for day in range(1, 6)]
    rate = {"currency": "EUR", "usd_per_unit": 1.1}
    rates = [{**rate, "rate_date": f"2020-01-0{day}"} for day in range(1, 6)]
    row = {"symbol": "A", "metric": "revenue", "frequency": "quarter", "value": 1.0}
    statements = [
        {**row, "period_end_date": "2019-12-31", "published_at": "2020-01-04"},
        {**row, "period_end_date": "2019-12-31", "published_at": "2020-01-05"},
        {**row, "period_end_date": "2019-09-30", "published_at": None},
    ]
    summary = load(
        files,
        bars(*days, {"symbol": "B", "bar_date": "2020-01-03"}),
        batch("fx_rates", rates),
        batch("fundamentals", statements),
        start=date(2020, 1, 3),
        end=date(2020, 1, 4),
        symbols={"A", "Z"},
    )
    assert counts(summary) == {
        "prices": (2, 0, 0),
        "fundamentals": (2, 0, 0),
        "fx_rates": (4, 0, 0),
    }
    assert summary.symbols == {"A"}
    assert query("select distinct symbol from raw.prices") == [("A",)]
