"""Builds that must come out as one before: run twice, with clocks moved on, as known before."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from tests.builds import Market
from tests.contract import test_live_market, test_two_clocks
from tests.contract.later_data import n_differing_everywhere
from tests.contract.test_live_market import FIRST, Roads

history = test_two_clocks.history
roads = test_live_market.roads


def test_the_clock_moves_back_and_forth(history: Market, tmp_path: Path) -> None:
    own = history.copied(tmp_path)
    own.models_before_analysis()
    found = n_differing_everywhere(
        history.folder / "second.duckdb", own.path, history.target, but_layer="analysis"
    )
    assert found == {}


def test_known_before_the_rewrite_the_old_numbers_come_again(roads: Roads, tmp_path: Path) -> None:
    folder = roads.pieces.folder.parent
    first = roads.pieces.copied(tmp_path / "first")
    shutil.copyfile(folder / "first.duckdb", first.path)
    first.models_before_analysis()
    again = roads.pieces.copied(tmp_path / "again")
    again.models_before_analysis("--known-at", f"{FIRST}T23:59Z")
    found = n_differing_everywhere(
        first.path, again.path, roads.pieces.target, but_layer="analysis"
    )
    assert {name: n for name, n in found.items() if name != "prepared.build_clock"} == {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder}/first.duckdb' as first (read_only)")
        connection.execute(f"attach '{again.path}' as again (read_only)")
        n_lost = connection.execute(
            "select count(*) from (from first.raw.prices except all from again.raw.prices)"
        ).fetchall()
    assert n_lost == [(0,)]


def test_running_twice_gives_the_same_tables(small_market: Market, tmp_path: Path) -> None:
    again = small_market.copied(tmp_path)
    again.ingest()
    again.build()
    found = n_differing_everywhere(
        small_market.path,
        again.path,
        again.target,
        leave=("newest_load_id", "newest_observed_at"),
    )
    assert found == {}
