"""Readers see whole builds only; failed and killed ones leave what they had."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market
from tests.contract.later_data import n_differing_everywhere
from warehouse import DatasetFiles, open_published


def files_of(market: Market) -> DatasetFiles:
    return DatasetFiles(
        name=market.name,
        work=market.path,
        published=market.published,
        truth=market.path.with_name(f"{market.name}_truth.json"),
        outputs=market.outputs,
    )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def market(small_market: Market, tmp_path: Path) -> Market:
    """A copy of the built and published small market that a test may change."""
    shutil.copytree(small_market.folder, tmp_path, dirs_exist_ok=True)
    return Market(folder=tmp_path, dataset=small_market.dataset, name=small_market.name)


def test_a_failing_build_leaves_the_published_file_as_it_was(market: Market) -> None:
    before = digest(market.published)
    with duckdb.connect(str(market.path)) as connection:
        connection.execute("insert into raw.prices select * from raw.prices limit 1")

    built = market.run("warehouse", "build", market.dataset, check=False)
    assert built.returncode == 2
    assert "source_sound_raw_prices" in built.stdout
    refused = market.run("warehouse", "publish", market.dataset, check=False)
    assert refused.returncode == 2
    assert f"make build DATASET={market.dataset}`" in refused.stdout
    assert digest(market.published) == before


def test_a_killed_publish_leaves_a_whole_file(market: Market) -> None:
    old = digest(market.published)
    for seconds in (0.4, 0.7, 0.9, 1.1, 1.3, 1.6):
        market.killed(seconds, "warehouse", "publish", market.dataset)
        connection = open_published(files_of(market))
        assert connection.execute("select count(*) from performance.summary").fetchall()[0][0] > 0
        connection.close()
    market.publish()
    assert not list(market.published.parent.glob(f".{market.name}.*.tmp*"))
    assert n_differing_everywhere(market.path, market.published, market.target) == {}
    assert old  # the file was there all along


def test_a_reader_never_fails_and_never_sees_a_mix(market: Market, tmp_path: Path) -> None:
    versions = {name: tmp_path / f"{name}.duckdb" for name in ("longer", "shorter")}
    for version in versions.values():
        shutil.copyfile(market.path, version)
    with duckdb.connect(str(versions["shorter"])) as connection:
        connection.execute("delete from prepared.prices_daily where as_of_date > '2016-12-31'")
        connection.execute("delete from performance.daily_pnl where date > '2016-12-31'")

    seen: set[tuple[date, date]] = set()
    failures: list[Exception] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                connection = open_published(files_of(market))
                prices, pnl = connection.execute(
                    "select (select max(as_of_date) from prepared.prices_daily), "
                    "(select max(date) from performance.daily_pnl)"
                ).fetchall()[0]
                seen.add((prices, pnl))
                connection.close()
            except Exception as error:  # the test is that there is none
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for name in ("shorter", "longer", "shorter"):
            shutil.copyfile(versions[name], market.path)
            market.publish()
            time.sleep(0.5)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert failures == []
    assert len(seen) == 2
    assert {prices.year for prices, _ in seen} == {2016, 2017}
    assert all(prices.year == pnl.year for prices, pnl in seen)


def test_landing_twice_lands_nothing(market: Market) -> None:
    market.ingest()
    with duckdb.connect(str(market.path), read_only=True) as connection:
        landed = connection.execute(
            "select n_rows from raw.loads order by load_id desc limit 1"
        ).fetchall()
    assert landed == [(0,)]


def test_raw_newer_than_the_build_is_not_published(market: Market) -> None:
    market.ingest()
    refused = market.run("warehouse", "publish", market.dataset, check=False)
    assert refused.returncode == 2
    assert f"make build DATASET={market.dataset}`" in refused.stdout


def test_leftovers_of_removed_models_are_dropped(market: Market) -> None:
    with duckdb.connect(str(market.path)) as connection:
        connection.execute("create table factors.forgotten as select 1 as one")
        connection.execute("create view prepared.forgotten_too as select 1 as one")
    market.publish()
    connection = open_published(files_of(market))
    found = connection.execute(
        "select table_name from information_schema.tables where table_name like 'forgotten%'"
    ).fetchall()
    assert found == []
