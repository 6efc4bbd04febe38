"""The dashboard in a real headless Chromium."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest
from PIL import Image

from reports.dashboard.app import ENTRIES
from tests.builds import Market
from tests.reports.dashboard.browser import Visit, chromium, served, visiting
from warehouse.files import open_published


def copied(market: Market, folder: Path) -> Market:
    """The same published file in a folder of its own, to be published anew."""
    other = Market(folder=folder, dataset=market.dataset, name=market.name)
    other.published.parent.mkdir(parents=True)
    shutil.copyfile(market.published, other.published)
    return other


def publish_anew(market: Market, fingerprint: str) -> None:
    """Put a file of another build under the published name, as publishing does."""
    partial = market.published.with_suffix(".tmp")
    shutil.copyfile(market.published, partial)
    with duckdb.connect(str(partial)) as connection:
        connection.execute("update prepared.build_info set build_fingerprint = ?", [fingerprint])
        connection.execute("delete from signals.live_signals where asset_class = 'crypto'")
    os.replace(partial, market.published)


@pytest.fixture(scope="module")
def own(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Market:
    chromium()
    return copied(small_market, tmp_path_factory.mktemp("dashboard") / "own")


@pytest.fixture(scope="module")
def visit(own: Market) -> Iterator[Visit]:
    """One tab for the whole module, on the first page."""
    with served(own) as address, visiting(address) as visit:
        visit.settle("Signals and ranks")
        yield visit


def go(visit: Visit, name: str) -> None:
    """Another page, by its link in the sidebar."""
    visit.tab.get_by_test_id("stSidebarNav").get_by_text(ENTRIES[name].title, exact=True).click()
    visit.settle(ENTRIES[name].title)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_page_loads_and_draws(visit: Visit, name: str, tmp_path: Path) -> None:
    go(visit, name)
    visit.tab.get_by_test_id("stDataFrame").first.wait_for(timeout=20_000)
    picture = tmp_path / f"{name}.png"
    visit.tab.screenshot(path=picture)
    colours = np.unique(np.asarray(Image.open(picture).convert("RGB")).reshape(-1, 3), axis=0)
    assert len(colours) > 100, f"{name} is all but empty"
    assert visit.problems == []
    assert visit.hosts == {"127.0.0.1"}, "a page asks nobody but its own server"


def test_a_filter_leaves_fewer_rows_and_the_download_has_them_all(
    visit: Visit, own: Market, tmp_path: Path
) -> None:
    go(visit, "signals")
    visit.tab.get_by_placeholder("Part of it").fill("US0")
    visit.tab.get_by_placeholder("Part of it").press("Enter")
    connection = open_published(own.files)
    expected = connection.execute(
        "select strategy, symbol from signals.live_signals where symbol like 'US0%'"
    ).fetchall()
    connection.close()
    visit.tab.get_by_text(f"of {len(expected):,}", exact=False).wait_for(timeout=20_000)
    with visit.tab.expect_download() as downloading:
        visit.tab.get_by_role("button", name=f"Download CSV, all {len(expected):,} rows").click()
    saved = tmp_path / "signals.csv"
    downloading.value.save_as(saved)
    with saved.open(newline="") as file:
        rows = [(row["strategy"], row["symbol"]) for row in csv.DictReader(file)]
    assert sorted(rows) == sorted(expected)
    visit.tab.get_by_placeholder("Part of it").fill("")
    visit.tab.get_by_placeholder("Part of it").press("Enter")


def test_holdings_are_uploaded_and_mistakes_named(visit: Visit, tmp_path: Path) -> None:
    go(visit, "trades")
    mine = tmp_path / "mine.csv"
    mine.write_text("symbol,units\nUS001,lots\n")
    visit.tab.locator("input[type=file]").set_input_files(mine)
    visit.tab.get_by_text("row 2: units is 'lots'", exact=False).wait_for(timeout=20_000)
    assert visit.problems == []


def test_a_newly_published_file_shows_up_without_restart(visit: Visit, own: Market) -> None:
    go(visit, "signals")
    assert "crypto_composite_long" in visit.text() or "coins" in visit.text()
    publish_anew(own, "feedc0de" * 4)
    go(visit, "strategies")
    visit.tab.get_by_text("feedc0defeed", exact=False).first.wait_for(timeout=20_000)
    go(visit, "signals")
    assert "coins" not in visit.text(), "the answers of the old build are not shown again"
