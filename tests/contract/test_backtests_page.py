"""What docs/backtests.md shows can be typed: its grid, its holdings, its commands and tables."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from reports.holdings import COLUMNS, read_holdings
from tests.builds import REPOSITORY, Market
from warehouse.sweep import COMMENTS, SCHEMAS
from warehouse.sweep_grid import read_sweep

PAGE = (REPOSITORY / "docs" / "backtests.md").read_text()


def block(kind: str) -> str:
    """The first code block of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[0]


def test_its_grid_has_as_many_rows_as_it_says(tmp_path: Path) -> None:
    path = tmp_path / "grid.yml"
    path.write_text(block("yaml"))
    sweep = read_sweep(path)
    assert f"= {len(sweep.rows)}, named" in PAGE
    assert f"`{sweep.rows[0]['strategy']}`" in PAGE


def test_its_holdings_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "holdings.csv"
    path.write_text(block("csv"))
    assert [row.units for row in read_holdings(path)] == [120, 35.5, -40, 25000]
    for column in COLUMNS:
        assert f"`{column}`" in PAGE


def test_its_holdings_are_listed_still(tmp_path: Path, demo_market: Market) -> None:
    path = tmp_path / "holdings.csv"
    path.write_text(block("csv"))
    with duckdb.connect(str(demo_market.published), read_only=True) as connection:
        found = connection.execute(
            "select symbol from prepared.prices_daily group by symbol, asset_class "
            "having max(as_of_date) = (select max(prices.as_of_date) from prepared.prices_daily "
            "as prices where prices.asset_class = 'equity')"
        ).fetchall()
    listed = {symbol for (symbol,) in found} | {"cash"}
    assert {row.symbol for row in read_holdings(path)} <= listed


def test_its_commands_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    commands = re.findall(r"^make ([a-z-]+)((?: [A-Z]+=\S+)*)", PAGE, re.MULTILINE)
    assert {target for target, _ in commands} == {"sweep", "signals"}
    for target, settings in commands:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        for name in re.findall(r"([A-Z]+)=", settings):
            assert re.search(rf"^{name} \?=", makefile, re.MULTILINE), name


@pytest.mark.parametrize("relation", re.findall(r"`(sweep_\w+\.\w+)`", PAGE))
def test_its_tables_are_built_by_a_sweep(small_market: Market, relation: str) -> None:
    nodes = json.loads((small_market.target / "manifest.json").read_text())["nodes"].values()
    swept = {
        f"sweep_{node['schema']}.{node['name']}"
        for node in nodes
        if node["resource_type"] == "seed" or "sweep" in node["tags"]
    }
    assert relation in swept | set(COMMENTS)
    assert relation.split(".")[0] in SCHEMAS
