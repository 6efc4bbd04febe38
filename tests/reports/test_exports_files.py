"""What the exports leave on disk: round trips, whole folders, empty states, and no other file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from reports import queries
from reports.__main__ import main
from reports.errors import ReportsError
from reports.exports import KINDS, book, write_exports
from reports.exports.tables import TABLES, write_table
from tests.builds import Market
from warehouse.files import open_published

SCHEMAS = dict(
    zip(
        TABLES,
        ("factors", "factors", "scores", "portfolios", "portfolios", "performance"),
        strict=True,
    )
)


@pytest.fixture(scope="module")
def exports(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of export; of the books and factors a few."""
    folder = tmp_path_factory.mktemp("exports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.exports.writing.strategies", lambda _: ["equity_momentum_long"])
        patch.setattr("reports.exports.writing.factors", lambda _: [("crypto", "size")])
        write_exports(small_market.files, folder)
    return folder


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("table", TABLES)
def test_partitions_hold_the_table(small_market: Market, exports: Path, table: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{small_market.published}' as published (read_only)")
        connection.execute(
            "create view written as select * exclude (year) from "
            f"read_parquet('{exports}/tables/{table}/*/*.parquet', hive_partitioning = true)"
        )
        ours = f"published.{SCHEMAS[table]}.{table}"
        for one, other in ((ours, "written"), ("written", ours)):
            only = connection.execute(f"select * from {one} except all select * from {other}")
            assert only.fetchall() == []
        date = connection.execute(f"select column_name from (describe {ours}) limit 1").fetchall()
        years = connection.execute(
            f"select count(distinct year({date[0][0]})) from {ours}"
        ).fetchall()[0][0]
    folders = list((exports / "tables" / table).iterdir())
    assert len(folders) == years > 1
    assert all(path.name.startswith("year=") for path in folders)


def test_pandas_and_polars_read_the_partitions(small_market: Market, exports: Path) -> None:
    folder = exports / "tables" / "daily_pnl"
    with open_published(small_market.files) as connection:
        n_rows = connection.execute("select count(*) from performance.daily_pnl").fetchall()[0][0]
        growth = dict(
            connection.execute(
                "select strategy, max_by(nav, date) from performance.daily_pnl group by all"
            ).fetchall()
        )
    by_pandas = pd.read_parquet(folder)
    by_polars = pl.read_parquet(folder / "**" / "*.parquet", hive_partitioning=True)
    assert len(by_pandas) == len(by_polars) == n_rows
    for strategy, nav in growth.items():
        own = by_polars.filter(pl.col("strategy") == strategy)
        assert own.select((pl.col("net_return") + 1).product()).item() == pytest.approx(nav)
    one_year = pd.read_parquet(folder, filters=[("year", "=", 2016)])
    assert set(pd.to_datetime(one_year["date"]).dt.year) == {2016}


def test_frames_come_back_as_they_were(small_market: Market, exports: Path) -> None:
    with open_published(small_market.files) as connection:
        frames = book(connection, "equity_momentum_long").frames()
    folder = exports / "books" / "equity_momentum_long"
    assert {path.stem for path in folder.iterdir()} == set(frames)
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(pd.read_parquet(folder / f"{name}.parquet"), frame)
    by_polars = pl.read_parquet(folder / "returns.parquet")
    assert by_polars["date"].dtype == pl.Datetime("us", "UTC")
    factor = pd.read_parquet(exports / "factors" / "crypto" / "size.parquet")
    assert factor.index.names == ["date", "asset"]


def test_csv_says_the_same(small_market: Market, exports: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("reports.exports.writing.strategies", lambda _: ["equity_momentum_long"])
    write_exports(small_market.files, tmp_path, kinds=["books"], file_format="csv")
    for name in ("returns", "positions", "transactions"):
        written = tmp_path / "books" / "equity_momentum_long" / f"{name}.csv"
        found = pd.read_csv(written, index_col=0, parse_dates=True)
        stored = exports / "books" / "equity_momentum_long" / f"{name}.parquet"
        expected = pd.read_parquet(stored)
        assert str(found.index.tz) == "UTC"
        pd.testing.assert_frame_equal(found, expected, check_index_type=False, check_dtype=False)


def test_a_second_run_writes_the_same_bytes_and_clears_leftovers(
    small_market: Market, tmp_path: Path
) -> None:
    write_exports(small_market.files, tmp_path, kinds=["tables"])
    first = contents(tmp_path)
    (tmp_path / "tables" / "of_another_build.parquet").touch()
    killed = tmp_path / ".tables.999999999.partial"
    killed.mkdir()
    write_exports(small_market.files, tmp_path, kinds=["tables"])
    assert contents(tmp_path) == first
    assert not killed.exists()


def test_a_failed_run_leaves_the_last_one_as_it_was(
    small_market: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.exports.tables.TABLES", ("trades", "daily_pnl"))
    write_exports(small_market.files, tmp_path, kinds=["tables"])
    first = contents(tmp_path)
    monkeypatch.setattr("reports.exports.tables.TABLES", ("trades", "no_such_query"))
    with pytest.raises(FileNotFoundError):
        write_exports(small_market.files, tmp_path, kinds=["tables"])
    assert contents(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_its_connection_writes_nowhere_else(small_market: Market, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    connection = open_published(small_market.files, export_folder=folder)
    queries.copy_to(connection, "exports/tables/trades", folder / "trades.parquet")
    outside = (
        *(tmp_path / "trades.parquet", folder / ".." / "trades.parquet"),
        tmp_path / "exports_beside" / "trades.parquet",
    )
    for path in outside:
        with pytest.raises(duckdb.PermissionException):
            queries.copy_to(connection, "exports/tables/trades", path)
    with pytest.raises(duckdb.Error):
        connection.execute(f"select * from read_text('{Path(__file__)}')")
    with pytest.raises(duckdb.Error):
        connection.execute("set enable_external_access = true")
    with pytest.raises(duckdb.Error):
        connection.execute("delete from portfolios.trades")
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


def test_the_command_says_where_what_is(small_market: Market, tmp_path: Path, monkeypatch, capsys):
    for name, value in small_market.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("reports.exports.writing.strategies", lambda _: [])
    main(["exports", small_market.name, "--only", "books", "--out", str(tmp_path)])
    assert capsys.readouterr().out == (
        f"books: 0 (0 rows) in {tmp_path / 'books'}\n  demo_small has none: make summary says why\n"
    )


def test_an_empty_table_is_a_file_without_rows(small_market, tmp_path, monkeypatch) -> None:
    text, _ = queries.prepared("exports/tables/trades", None)
    without_rows = text.replace("order by", "where trades.symbol = ''\n\norder by"), {}
    monkeypatch.setattr(queries, "prepared", lambda *_: without_rows)
    connection = open_published(small_market.files, export_folder=tmp_path)
    assert write_table(connection, "trades", tmp_path / "trades") == 0
    found = pd.read_parquet(tmp_path / "trades")
    assert found.empty and {"trade_date", "symbol", "year"} <= set(found)


def test_it_says_which_build_it_was_made_of(small_market: Market, exports: Path) -> None:
    with open_published(small_market.files) as connection:
        fingerprint = connection.execute(
            "select build_fingerprint from prepared.build_info"
        ).fetchall()[0][0]
    for kind in KINDS:
        said = json.loads((exports / kind / "build.json").read_text())
        assert said["build_fingerprint"] == fingerprint
        assert said["dataset"] == "demo_small" and said["last_date"] == "2017-12-31"


def test_other_kinds_and_formats_are_refused(small_market: Market, tmp_path: Path) -> None:
    with pytest.raises(ReportsError, match="'book' is none of books, factors, tables"):
        write_exports(small_market.files, tmp_path, kinds=["book"])
    with pytest.raises(ReportsError, match="'feather' is none of parquet, csv"):
        write_exports(small_market.files, tmp_path, file_format="feather")
    assert tuple(KINDS) == ("books", "factors", "tables")
