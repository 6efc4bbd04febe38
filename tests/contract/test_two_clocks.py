"""Any past build comes again from the day its data ended and the instant it was made."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market, market
from tests.conftest import made_once, shared_folder
from tests.contract.file_market import COLUMNS, file_market, query, write_rows
from tests.contract.later_data import LATER, n_differing_everywhere

FIRST_END = date(2016, 12, 30)
FIRST_LOAD, BETWEEN, SECOND_LOAD = "2026-01-01T00:00", "2026-01-15T01:00+01:00", "2026-02-01T00:00"
TABLES = (
    "universe",
    "prices",
    "corporate_actions",
    "fundamentals",
    "fx_rates",
    "interest_rates",
)
PRICE = ("US005", date(2015, 6, 15))
STATEMENT = ("US007", "book_equity")
SPLIT = ("US009", date(2016, 3, 1))
MOVED = "US011"


def write_market(built: Market, demo: Path, until: date | None) -> None:
    """The demo market's raw rows as files; those known at the end of the day alone, if given."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo}' as demo (read_only)")
        for table in TABLES:
            later = LATER[table].replace("raw.", "demo.raw.").replace("$day", f"date '{until}'")
            connection.execute(
                f"copy (select {', '.join(COLUMNS[table])} from demo.raw.{table} "
                + (f"where not coalesce({later}, false)" if until else "")
                + f") to '{built.folder / table}.parquet' (format parquet)"
            )


def rewrite(built: Market, table: str, change: str) -> None:
    """Change the rows in the file of a table by an SQL select from `rows`."""
    write_rows(built, table, f"with rows as (from '{built.folder / table}.parquet') {change}")


def rewrite_history(built: Market) -> None:
    """A silent rewrite, a corrected statement, a late split and a new sector."""
    symbol, day = PRICE
    rewrite(
        built,
        "prices",
        f"select * replace (case when symbol = '{symbol}' and bar_date = '{day}' "
        "then (high + low) / 2 else close end as close) from rows",
    )
    symbol, metric = STATEMENT
    rewrite(
        built,
        "fundamentals",
        f"select * replace (case when symbol = '{symbol}' and metric = '{metric}' "
        "and year(period_end_date) = 2014 then 1.5 * value else value end as value) from rows",
    )
    symbol, day = SPLIT
    rewrite(
        built,
        "corporate_actions",
        f"select * from rows union all select '{symbol}', '{day}', 'split', 2, null",
    )
    rewrite(
        built,
        "universe",
        f"select * replace (case when symbol = '{MOVED}' then 'Moved' else sector end as sector) "
        "from rows",
    )


def make_history(folder: Path, demo: Path) -> None:
    """Two loads with a build after each, then the first one again; each build is kept."""
    built = file_market(folder, "clocks", *TABLES)
    write_market(built, demo, FIRST_END)
    built.ingest("--now", FIRST_LOAD)
    built.models_before_analysis()
    shutil.copyfile(built.path, folder / "first.duckdb")

    write_market(built, demo, None)
    rewrite_history(built)
    built.ingest("--now", SECOND_LOAD)
    built.models_before_analysis()
    shutil.copyfile(built.path, folder / "second.duckdb")

    said = built.models_before_analysis("--as-of", str(FIRST_END), "--known-at", BETWEEN).stdout
    (folder / "said.txt").write_text(said)
    shutil.copyfile(built.path, folder / "again.duckdb")


@pytest.fixture(scope="module")
def history(small_raw: Market, tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The three builds (first.duckdb, second.duckdb, again.duckdb). Read them."""
    folder = shared_folder(tmp_path_factory) / "clocks"
    made_once(folder, lambda path: make_history(path, small_raw.path))
    return market(folder, folder / "clocks.yml")


def test_the_build_says_its_clocks(history: Market) -> None:
    said = (history.folder / "said.txt").read_text()
    assert f"data to {FIRST_END}, as known at 2026-01-15 00:00:00 UTC" in said
    assert "newest load 2026-01-01 00:00:00 UTC" in said


def test_both_clocks_together_make_a_past_build_again(history: Market) -> None:
    found = n_differing_everywhere(
        history.folder / "first.duckdb",
        history.folder / "again.duckdb",
        history.target,
        but_layer="analysis",
    )
    assert found.pop("prepared.build_clock") > 0
    assert found == {}


def test_raw_rows_of_the_first_load_are_there_to_the_last_bit(history: Market) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{history.folder}/first.duckdb' as first (read_only)")
        connection.execute(f"attach '{history.folder}/again.duckdb' as again (read_only)")
        for table in TABLES:
            known = f"(select * from again.raw.{table} where observed_at <= '2026-01-15')"
            for one, other in (
                (f"first.raw.{table}", known),
                (known, f"first.raw.{table}"),
            ):
                n_lost = connection.execute(
                    f"select count(*) from (from {one} except all from {other})"
                ).fetchall()
                assert n_lost == [(0,)], table
            n_later = connection.execute(
                f"select count(*) from again.raw.{table} where observed_at > '2026-01-15'"
            ).fetchall()[0][0]
            assert n_later > 0, table


def test_the_second_build_is_another_one(history: Market) -> None:
    found = n_differing_everywhere(
        history.folder / "first.duckdb",
        history.folder / "second.duckdb",
        history.target,
        but_layer="analysis",
    )
    assert {"prepared.prices_daily", "factors.factor_values", "scores.model_fits"} <= set(found)


def test_rewritten_values_are_revisions_and_a_late_split_is_news(history: Market) -> None:
    second = history.folder / "second.duckdb"
    rows = query(
        second,
        "select table_name, symbol, field, count(*) from prepared.revisions group by all "
        "order by all",
    )
    assert rows[0][:3] == ("fundamentals", STATEMENT[0], STATEMENT[1])
    assert [row for row in rows if row[0] != "fundamentals"] == [
        ("prices", PRICE[0], "close", 1),
        ("universe", MOVED, "sector", 1),
    ]
    close = query(
        second,
        "select r.old = f.close, r.new = (f.high + f.low) / 2, r.observed_at, r.old_observed_at "
        "from prepared.revisions as r inner join raw.prices as f "
        "on r.symbol = f.symbol and r.date = f.bar_date and f.load_id = 1 "
        "where r.table_name = 'prices' and r.symbol = ? and r.date = ?",
        *PRICE,
    )
    assert [(row[0], row[1], str(row[2]), str(row[3])) for row in close] == [
        (True, True, "2026-02-01 00:00:00", "2026-01-01 00:00:00")
    ]
    assert query(history.folder / "again.duckdb", "from prepared.revisions") == []


def test_the_build_says_by_which_clocks_it_went(history: Market) -> None:
    row = query(
        history.folder / "again.duckdb",
        "select base_currency, end_date, known_at, newest_load_id, newest_observed_at "
        "from prepared.build_clock",
    )[0]
    assert [str(value) for value in row] == [
        "USD",
        str(FIRST_END),
        "2026-01-15 00:00:00",
        "1",
        "2026-01-01 00:00:00",
    ]


def test_an_instant_before_the_first_load_is_refused(history: Market) -> None:
    done = history.run(
        "warehouse", "build", history.dataset, "--known-at", "2025-12-31T23:59Z", check=False
    )
    assert done.returncode == 2
    assert "lies before the first load of clocks, at 2026-01-01 00:00:00 UTC" in done.stdout
    done = history.run(
        "warehouse", "build", history.dataset, "--known-at", "yesterday", check=False
    )
    assert done.returncode == 2
    assert "2026-01-15T00:00Z" in done.stdout


def test_a_work_file_without_the_newer_raw_tables_is_built(
    small_raw: Market, tmp_path: Path
) -> None:
    older = small_raw.copied(tmp_path)
    with duckdb.connect(str(older.path)) as connection:
        for table in ("symbol_changes", "fetch_log", "fetch_runs"):
            connection.execute(f"drop table raw.{table}")
    older.models_alone("--select", "+fetch_answers")
    assert query(older.path, "from prepared.fetch_answers") == []
