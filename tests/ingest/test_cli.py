"""``python -m ingest``: exit codes, messages, the table, and the real market files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.__main__ import main
from warehouse.files import WarehouseError, connect_work, dataset_files

REPOSITORY = Path(__file__).resolve().parents[2]
MARKET_DATA = Path(os.environ.get("FACTORHOUSE_DATA", REPOSITORY.parent / "shared" / "data"))
DATASET = """
name: mine
base_currency: USD
sources:
  - source: files
    universe:
      - file: prices.csv
        columns: {symbol: t}
        constants: {asset_class: equity, venue: XNYS, currency: USD}
    prices:
      - file: prices.csv
        columns: {symbol: t, bar_date: d, close: c}
        currency: USD
        price_basis: as_traded
"""


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    (tmp_path / "mine.yml").write_text(DATASET)
    rows = [f"{symbol},2020-01-0{day},{day}" for symbol in "AB" for day in range(1, 6)]
    (tmp_path / "prices.csv").write_text("\n".join(["t,d,c", *rows, "A,n/a,1"]) + "\n")
    return str(tmp_path / "mine.yml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def landed() -> list[tuple]:
    connection = connect_work(dataset_files("mine"))
    rows = connection.execute(
        "select symbol, min(bar_date)::varchar, max(bar_date)::varchar "
        "from raw.prices group by all order by all"
    ).fetchall()
    connection.close()
    return rows


def figures(result: Result, table: str) -> list[str]:
    line = next(line for line in result.stdout.splitlines() if f" {table} " in line)
    return line.replace("│", " ").split()[2:]


def test_a_load_ends_with_a_table_and_exit_code_0(dataset: str) -> None:
    result = run(dataset)
    assert result.exit_code == 0, result.output
    assert figures(result, "universe") == ["2", "0", "0"]
    assert figures(result, "prices") == ["10", "0", "1"]
    assert figures(run(dataset), "prices") == ["0", "10", "1"]


def test_dates_and_symbols_are_picked(dataset: str, tmp_path: Path) -> None:
    symbols = tmp_path / "my.csv"
    symbols.write_text("name,symbol\nx,B\ny,ZZZ\n")
    result = run(
        dataset, "--start", "2020-01-02", "--end", "2020-01-03", "--symbols-file", str(symbols)
    )
    assert result.exit_code == 0, result.output
    assert "warning: not in the dataset: ZZZ" in result.stderr
    assert landed() == [("B", "2020-01-02", "2020-01-03")]


def test_one_symbol_a_line_is_a_symbols_file(dataset: str, tmp_path: Path) -> None:
    symbols = tmp_path / "my.txt"
    symbols.write_text("A\n\n")
    assert run(dataset, "--symbols-file", str(symbols)).exit_code == 0
    assert [row[0] for row in landed()] == ["A"]


def test_changes_of_symbol_are_read_from_a_file(dataset: str, tmp_path: Path) -> None:
    (tmp_path / "changes.csv").write_text("old,new,day\nFB,META,09/06/2022\n")
    entry = """
    symbol_changes:
      - file: changes.csv
        columns: {old_symbol: old, new_symbol: new, change_date: day}
        date_format: '%d/%m/%Y'
        symbols: {suffix: .US}
"""
    Path(dataset).write_text(DATASET + entry.lstrip("\n"))
    assert run(dataset).exit_code == 0
    connection = connect_work(dataset_files("mine"))
    assert connection.execute(
        "select old_symbol, cast(change_date as varchar), new_symbol from raw.symbol_changes"
    ).fetchall() == [("FB.US", "2022-06-09", "META.US")]
    connection.close()


def test_a_replay_carries_the_instant_it_is_given(dataset: str) -> None:
    assert run(dataset, "--now", "2024-03-01T21:00:00").exit_code == 0
    assert run(dataset, "--now", "2024-03-02T01:00:00+03:00", "--update").exit_code == 0
    connection = connect_work(dataset_files("mine"))
    assert connection.execute(
        "select cast(started_at as varchar), n_rows from raw.loads order by load_id"
    ).fetchall() == [("2024-03-01 21:00:00", 12), ("2024-03-01 22:00:00", 0)]
    assert connection.execute(
        "select distinct cast(observed_at as varchar) from raw.prices"
    ).fetchall() == [("2024-03-01 21:00:00",)]
    connection.close()
    result = run(dataset, "--now", "yesterday")
    assert (result.exit_code, "not an instant like" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("ZZZ\nYYY\n", "None of the 2 symbols"),
        ("", "names no symbol"),
        ("ticker,x\nA,1\n", "name one of them symbol"),
    ],
)
def test_a_symbols_file_of_no_use_is_an_error(dataset, tmp_path, content, words) -> None:
    symbols = tmp_path / "my.csv"
    symbols.write_text(content)
    result = run(dataset, "--symbols-file", str(symbols))
    assert result.exit_code == 2
    assert words in result.stderr


def test_an_error_is_one_message_and_exit_code_2(dataset: str, tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("t,d,price\nA,2020-01-02,1\n")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-m", "ingest", dataset],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "prices.csv: 'c' is not a column of this file." in done.stderr
    assert "Traceback" not in done.stderr
    assert run("no_such_dataset").exit_code == 2
    assert run(dataset, "--start", "2021-01-01", "--end", "2020-01-01").exit_code == 2


@pytest.mark.parametrize(
    ("given", "used"), [("", "5.5 GiB"), (" ", "5.5 GiB"), ("2GiB", "2.0 GiB")]
)
def test_the_writer_takes_as_much_memory_as_it_is_given(tmp_path, monkeypatch, given, used) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    monkeypatch.setenv("FACTORHOUSE_MEMORY_LIMIT", given)
    connection = connect_work(dataset_files("mine"))
    assert connection.execute("select current_setting('memory_limit')").fetchall() == [(used,)]
    connection.close()


def test_a_memory_limit_without_sense_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    monkeypatch.setenv("FACTORHOUSE_MEMORY_LIMIT", "plenty")
    with pytest.raises(WarehouseError, match=r"FACTORHOUSE_MEMORY_LIMIT: .*'plenty'; give"):
        connect_work(dataset_files("mine"))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(
    not (MARKET_DATA / "us_large_cap_2013_2018").is_dir(),
    reason="the real market files (../shared/data, or FACTORHOUSE_DATA) are not here",
)
def test_the_real_market_files_land_within_half_a_minute(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    monkeypatch.setenv("FACTORHOUSE_DATA", str(MARKET_DATA))
    started = time.monotonic()
    result = run(str(REPOSITORY / "tests" / "datasets" / "market_files.yml"))
    seconds = time.monotonic() - started
    assert result.exit_code == 0, result.output
    assert figures(result, "prices") == ["1,073,689", "0", "0"]
    assert "warning" not in result.stderr
    assert seconds < 30
    connection = connect_work(dataset_files("market_files"))
    assert connection.execute(
        "select count(distinct symbol) from raw.universe where asset_class = 'equity' "
        "and symbol in (select symbol from raw.prices)"
    ).fetchall() == [(505,)]
    assert connection.execute(
        "select asset_kind, count(*) from raw.universe where asset_class = 'crypto' "
        "group by all order by all"
    ).fetchall() == [("coin", 370), ("stablecoin", 6), ("wrapped", 1)]
    assert connection.execute(
        "select count(*) from raw.universe where asset_class = 'equity' and member_from is null"
    ).fetchall() == [(0,)]
    connection.close()
