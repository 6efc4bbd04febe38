"""Every column is traced to what landed, and lineage ends in what people see."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market
from tests.contract.test_registry import PUBLIC
from warehouse.lineage.graph import Lineage, trace_columns
from warehouse.lineage.page import lineage_page
from warehouse.lineage.relations import read_relations

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def manifest(small_market: Market) -> dict:
    return json.loads((small_market.target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def lineage(small_market: Market, manifest: dict) -> Lineage:
    with duckdb.connect(str(small_market.published), read_only=True) as connection:
        return trace_columns(read_relations(manifest, connection))


def raw_columns(lineage: Lineage, column: str, values_only: bool = True) -> set[str]:
    """The landed columns that a column comes from, as ``raw.table.column``."""
    relation, _, name = column.rpartition(".")
    found = lineage.sources(relation, name, values_only)
    return {f"{origin.relation}.{origin.column}" for origin in found}


def test_every_column_of_every_sql_model_is_traced(lineage: Lineage, manifest: dict) -> None:
    assert lineage.untraced == {}
    covered = lineage.coverage()
    assert covered["untraced"] == 0
    assert covered["traced"] > 1900
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert {f"{node['schema']}.{node['name']}" for node in models} <= set(lineage.relations)
    python = {f"{node['schema']}.{node['name']}" for node in models if node["language"] == "python"}
    assert covered["declared"] == sum(len(lineage.relations[name].columns) for name in python)


def test_python_models_name_what_they_read(manifest: dict) -> None:
    for node in manifest["nodes"].values():
        if node.get("language") != "python" or node["resource_type"] != "model":
            continue
        said = node["config"]["meta"].get("reads", {})
        parents = {manifest_node.rsplit(".", 1)[1] for manifest_node in node["depends_on"]["nodes"]}
        assert set(said) <= parents, node["name"]
        for column in {column for columns in said.values() for column in columns}:
            # Keys that a ``using`` joins by stand there as well.
            assert re.search(rf"\b{column}\b", node["raw_code"]), (node["name"], column)


@pytest.mark.parametrize(
    ("column", "made_of"),
    [
        ("prepared.prices_daily.adj_close", "prices.close corporate_actions.value"),
        ("factors.factor_matrix.momentum_12_1", "prices.close corporate_actions.value"),
        ("factors.factor_matrix.book_to_market", "fundamentals.value prices.close"),
        (
            "portfolios.target_weights.target_weight",
            "prices.close prices.volume fundamentals.value",
        ),
        ("signals.live_signals.trade_weight", "prices.close corporate_actions.value"),
        ("performance.daily_pnl.net_return", "prices.close interest_rates.yield_ann"),
        ("scores.model_scores.model_score", "prices.close fundamentals.value"),
    ],
)
def test_known_paths_to_what_landed(lineage: Lineage, column: str, made_of: str) -> None:
    assert {f"raw.{name}" for name in made_of.split()} <= raw_columns(lineage, column)


def test_a_price_factor_is_made_of_no_statement(lineage: Lineage) -> None:
    for factor in ("momentum_12_1", "volatility_1y", "moving_average_distance"):
        column = f"factors.factor_matrix.{factor}"
        tables = {name.rpartition(".")[0] for name in raw_columns(lineage, column)}
        assert "raw.prices" in tables
        assert "raw.fundamentals" not in tables, factor
    metrics = {
        origin.rows.value
        for origin in lineage.sources("factors.factor_matrix", "book_to_market", values_only=True)
        if origin.rows and origin.column == "value"
    }
    assert "book_equity" in metrics
    assert "net_income" not in metrics


def test_every_public_table_comes_from_what_landed(lineage: Lineage) -> None:
    constants = {"main.questions"}
    for name in PUBLIC:
        if name.startswith("raw.") or name in constants:
            continue
        found = set().union(
            *(lineage.sources(name, column) for column in lineage.relations[name].columns)
        )
        assert {origin.relation.split(".")[0] for origin in found} & {"raw"}, name


def test_public_tables_are_marked_so(manifest: dict) -> None:
    public = {
        f"{node['schema']}.{node['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["access"] == "public"
    }
    missing = {name for name in PUBLIC if not name.startswith("raw.")} - public
    assert not missing, "give these models `access: public` in their YAML"


def test_no_model_is_an_orphan(manifest: dict) -> None:
    """Each is read by another, seen by people (an exposure), or public."""
    exposures = set(manifest["exposures"])
    for name, node in manifest["nodes"].items():
        if node["resource_type"] != "model" or node["access"] == "public":
            continue
        readers = [
            reader
            for reader in manifest["child_map"][name]
            if reader.startswith("model.") or reader in exposures
        ]
        assert readers, f"nothing reads {node['name']}, and it is not public"


def test_lineage_ends_in_what_people_see(manifest: dict) -> None:
    named = {node["name"] for node in manifest["exposures"].values()}
    assert {"figures_and_summary", "tables", "todays_trades", "questions"} <= named
    for node in manifest["exposures"].values():
        waiting, seen = [node["unique_id"]], set()
        while waiting:
            parents = manifest["parent_map"].get(waiting.pop(), [])
            waiting += [parent for parent in parents if parent not in seen]
            seen |= set(parents)
        assert any(parent.startswith("source.") for parent in seen), node["name"]


def test_the_overview_explains_every_layer(manifest: dict) -> None:
    overview = manifest["docs"]["doc.factorhouse.__overview__"]["block_contents"]
    schemas = {node["schema"] for node in manifest["nodes"].values()} - {"dbt_test__audit"}
    for schema in schemas - {"main"}:
        assert f"`{schema}`" in overview, schema
    for model in re.findall(r"#!/model/(model\.factorhouse\.\w+)", overview):
        assert model in manifest["nodes"], model
    for name in re.findall(r"`\+?([a-z_]+)\+?1?` (?:is|what)", overview):
        assert f"model.factorhouse.{name}" in manifest["nodes"], name


def test_the_page_holds_everything_and_loads_nothing(lineage: Lineage) -> None:
    page = lineage_page(lineage, "demo_small")
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)
    assert len(page) < 1_000_000
    data = json.loads(re.search(r'id="lineage"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    assert len(data["nodes"]) == len(lineage.origins)
    for node, (relation, column, rows) in zip(data["values"], data["nodes"], strict=True):
        assert all(0 <= origin < len(data["nodes"]) for origin in node)
        assert -1 <= column < len(data["relations"][relation]["columns"]), rows


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt-get install chromium)")
def test_the_page_works_in_a_browser(lineage: Lineage, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    path = tmp_path / "lineage.html"
    path.write_text(lineage_page(lineage, "demo_small"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            page = browser.new_page()
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(path.as_uri())
            page.fill("#search", "momentum_12_1 matrix")
            page.click("#list a.name")
            assert page.inner_text("h2") == "factors.factor_matrix.momentum_12_1"
            page.click("main .chips button:has-text('close')")
            chain = page.inner_text(".chain")
            assert "prepared.prices_daily.adj_close" in chain
            assert "raw.prices.close" in chain
            page.click("text=open all >> nth=0")
            page.fill("#search", "zebra")
            assert "Nothing is called so" in page.inner_text("#list")
            for address in ("raw.prices.close", "performance.daily_pnl", "no.such.column"):
                page.goto(f"{path.as_uri()}#{address}")
                assert page.inner_text("h2").strip(), address
            assert errors == []
        finally:
            browser.close()
