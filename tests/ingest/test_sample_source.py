"""The sample source: twenty stocks from inside a package, no network, nothing written elsewhere."""

from __future__ import annotations

import socket
from datetime import date
from pathlib import Path

import pytest

from ingest.config import load_dataset
from ingest.runs import ingest
from ingest.sources import Job
from ingest.sources.sample import fetch
from warehouse.files import connect_work, dataset_files


@pytest.fixture(autouse=True)
def closed_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home to be left empty, and no way to open a connection."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the sample source went to the network")

    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SKFOLIO_DATA", raising=False)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    return home


def test_the_sample_lands_whole_and_leaves_nothing_elsewhere(closed_world: Path) -> None:
    dataset = load_dataset("sample")
    summary = ingest(dataset)[0].landed
    assert {line.table: (line.landed, line.rejected) for line in summary.tables} == {
        "universe": (20, 0),
        "prices": (8313 * 20, 0),
    }
    assert not summary.warnings
    assert list(closed_world.iterdir()) == []
    connection = connect_work(dataset_files("sample"))
    assert connection.execute(
        "select distinct currency, price_basis, volume, open from raw.prices"
    ).fetchall() == [("USD", "total_return", None, None)]
    assert connection.execute(
        "select count(*) from raw.universe where sector is null or name is null "
        "or venue <> 'XNYS' or asset_class <> 'equity'"
    ).fetchall() == [(0,)]
    assert connection.execute(
        "select count(*) from raw.prices where close is null or close <= 0"
    ).fetchall() == [(0,)]
    connection.close()
    assert dataset.vars["min_dollar_volume_usd"] == {"equity": 0, "crypto": 0}


def test_dates_are_picked() -> None:
    batches = fetch(Job(load_dataset("sample"), {}, date(2020, 1, 2), date(2020, 1, 3)))
    prices = next(batch.rows for batch in batches if batch.table == "prices")
    assert prices.num_rows == 40
    assert set(prices["bar_date"].cast("date32").to_pylist()) == {
        date(2020, 1, 2),
        date(2020, 1, 3),
    }
