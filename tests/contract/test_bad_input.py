"""Bad input ends with one clear message, code 2, and the published file untouched."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.builds import REPOSITORY, Market, market

SEEDS = REPOSITORY / "dbt_project" / "seeds"
DATASET = """\
name: mine
description: Two stocks of my own.
base_currency: USD
sources:
  - source: files
    prices:
      - file: prices.csv
        columns: {symbol: ticker, bar_date: date, close: close, volume: volume}
        date_format: "%Y-%m-%d"
        currency: USD
        price_basis: as_traded
    universe:
      - file: names.csv
        columns: {symbol: ticker, name: name}
        constants: {asset_class: equity, venue: XNYS, country: US, currency: USD}
"""


@pytest.fixture
def mine(tmp_path: Path) -> Market:
    """A good little dataset of the user's own, with something published before."""
    (tmp_path / "mine.yml").write_text(DATASET)
    (tmp_path / "names.csv").write_text("ticker,name\nAAA,Alpha\nBBB,Beta\n")
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(60)]
    rows = [
        f"{symbol},{day},{100 + number},1000"
        for number, day in enumerate(days)
        for symbol in ("AAA", "BBB")
    ]
    (tmp_path / "prices.csv").write_text("\n".join(["ticker,date,close,volume", *rows]) + "\n")
    own = market(tmp_path, tmp_path / "mine.yml")
    own.published.parent.mkdir()
    own.published.write_bytes(b"published before")
    return own


def refused(own: Market, *arguments: str) -> str:
    """What a command printed that must end with code 2, no traceback, and nothing published."""
    done = own.run(*arguments, check=False)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stdout
    assert own.published.read_bytes() == b"published before"
    return done.stdout


def change(path: Path, edit: Callable[[str], str]) -> None:
    path.write_text(edit(path.read_text()))


def test_the_good_dataset_lands(mine: Market) -> None:
    mine.ingest()
    with duckdb.connect(str(mine.path), read_only=True) as connection:
        assert connection.execute("select count(*) from raw.prices").fetchall() == [(120,)]


def test_missing_column(mine: Market) -> None:
    change(mine.folder / "prices.csv", lambda text: text.replace("close,", "last,", 1))
    message = refused(mine, "ingest", mine.dataset)
    assert "prices.csv" in message
    assert "close" in message
    assert "last" in message


def test_unparsable_dates(mine: Market) -> None:
    change(mine.folder / "prices.csv", lambda text: text.replace("2020-", "20/20/"))
    message = refused(mine, "ingest", mine.dataset)
    assert "prices.csv" in message
    assert "20/20/01-01" in message
    assert "date_format" in message
    assert "2" in message


def test_negative_prices_in_every_row(mine: Market) -> None:
    change(
        mine.folder / "prices.csv",
        lambda text: text.replace(",1", ",-1").replace(",-1000", ",1000"),
    )
    message = refused(mine, "ingest", mine.dataset)
    assert "prices.csv" in message
    assert "-100" in message
    assert "120 of 120" in message


def test_empty_file(mine: Market) -> None:
    (mine.folder / "prices.csv").write_text("")
    assert "prices.csv" in refused(mine, "ingest", mine.dataset)
    (mine.folder / "prices.csv").write_text("ticker,date,close,volume\n")
    assert "prices.csv" in refused(mine, "ingest", mine.dataset)


def test_dataset_file_with_a_typo(mine: Market) -> None:
    change(Path(mine.dataset), lambda text: text.replace("price_basis", "price_bases"))
    message = refused(mine, "ingest", mine.dataset)
    assert "mine.yml" in message
    assert "price_bases" in message
    assert "price_basis" in message


def test_dataset_file_with_an_unknown_variable(mine: Market) -> None:
    change(Path(mine.dataset), lambda text: text + "vars: {max_carry_session: 3}\n")
    message = refused(mine, "warehouse", "check", mine.dataset)
    assert "mine.yml" in message
    assert "max_carry_sessions" in message


def test_dataset_file_with_a_value_a_variable_cannot_take(mine: Market) -> None:
    change(
        Path(mine.dataset),
        lambda text: text + "vars: {calendars: {both: calender_days}, walk_forward: {windw: 1}}\n",
    )
    message = refused(mine, "warehouse", "check", mine.dataset)
    assert "calender_days" in message
    assert "calendar_days" in message
    assert "'windw'" in message


def test_training_horizon_without_labels(mine: Market) -> None:
    change(
        Path(mine.dataset),
        lambda text: text + "vars: {walk_forward: {horizon: {equity: 22, crypto: 30}}}\n",
    )
    message = refused(mine, "warehouse", "check", mine.dataset)
    assert "horizon of equity is '22'" in message
    assert "1, 5, 21, 63" in message


def test_dataset_named_like_a_schema(mine: Market) -> None:
    change(Path(mine.dataset), lambda text: text.replace("name: mine", "name: seeds"))
    assert "'seeds'" in refused(mine, "ingest", mine.dataset)


def test_start_after_end(small_raw: Market, tmp_path: Path) -> None:
    own = small_raw.copied(tmp_path)
    own.published.write_bytes(b"published before")
    dates = ("--start", "2016-01-01", "--end", "2015-01-01")
    assert "2016-01-01" in refused(own, "warehouse", "build", own.dataset, *dates)


def test_unknown_dataset() -> None:
    done = market(REPOSITORY, "demo").run("ingest", "dmo", check=False)
    assert done.returncode == 2
    assert "demo" in done.stdout


def test_single_bad_rows_are_rejected_and_the_load_goes_on(mine: Market) -> None:
    change(
        mine.folder / "prices.csv",
        lambda text: text + "AAA,not a day,5,5\n,2020-03-02,5,5\nBBB,2020-03-02,dear,5\n",
    )
    mine.ingest()
    with duckdb.connect(str(mine.path), read_only=True) as connection:
        rejects = connection.execute(
            "select reason, source_row from raw.rejects order by source_row"
        ).fetchall()
        landed = connection.execute("select count(*) from raw.prices").fetchall()
    assert rejects == [
        ("untyped:bar_date", 122),
        ("missing_key:symbol", 123),
        ("untyped:close", 124),
    ]
    assert landed == [(120,)]


STRATEGIES = {
    "unknown score": ({"score": "momentum_12"}, ["score 'momentum_12'", "momentum_12_1"]),
    "unknown benchmark": ({"benchmark": "SPX"}, ["benchmark 'SPX'", "market"]),
    "unknown cost model": ({"cost_model": "standart"}, ["'standart'", "standard"]),
    "silent cost model": ({"cost_model": "half"}, ["cost_model 'half'", "equity"]),
    "no name": ({"strategy": ""}, ["has no name"]),
    "min above max": ({"min_weight": "0.3"}, ["min_weight 0.3", "max_weight 0.2"]),
    "too few names": ({"max_weight": "0.01"}, ["can never hold", "max_weight"]),
    "legs overlap": (
        {"side": "long_short", "gross_short": "1", "top_fraction": "0.6"},
        ["top_fraction is 0.6"],
    ),
    "no number": ({"gross_long": "much"}, ["gross_long is 'much'"]),
    "unknown word": ({"weighting": "equla"}, ["weighting is 'equla'", "equal"]),
}


@pytest.mark.parametrize("case", STRATEGIES)
def test_strategies_that_can_never_hold(small_raw: Market, tmp_path: Path, case: str) -> None:
    changes, words = STRATEGIES[case]
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    with (seeds / "strategies.csv").open(newline="") as given:
        rows = list(csv.DictReader(given))
    rows[0].update(changes)
    with (seeds / "strategies.csv").open("w", newline="") as written:
        writer = csv.DictWriter(written, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with (seeds / "cost_models.csv").open("a") as costs:
        costs.write("half,crypto,0,1,1,none,0,0,0\n")
    own = small_raw.copied(tmp_path)
    own.settings["FACTORHOUSE_SEEDS"] = str(seeds)
    own.published.write_bytes(b"published before")

    for stage in ("check", "build"):
        message = refused(own, "warehouse", stage, own.dataset)
        for word in ["strategies.csv", "row 2", rows[0]["strategy"], *words]:
            assert word in message


def test_unknown_factor_is_refused(small_raw: Market, tmp_path: Path) -> None:
    own = small_raw.copied(tmp_path)
    own.published.write_bytes(b"published before")
    message = refused(own, "warehouse", "build", own.dataset, "--factors", "momentum_12_1,sise")
    assert "'sise'" in message
    assert "'size'" in message


def test_registry_rows_that_cannot_work_are_refused(mine: Market) -> None:
    mine.ingest()
    row = {"name": "size", "family": "sise", "direction": 1, "asset_classes": ["equity"]}
    with mine.folder.joinpath("mine.yml").open("a") as dataset:
        yaml.safe_dump({"vars": {"factors": [row]}}, dataset)
    for stage in ("check", "build"):
        message = refused(mine, "warehouse", stage, mine.dataset)
        for words in ("factors: size: family 'sise'", "'size'?", "paper is missing"):
            assert words in message
