"""Links lead somewhere, SQL runs, and every name that a page mentions is one of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.builds import REPOSITORY, Market
from tests.pages import PAGES, blocks, headings, inline_codes, links, name_of
from warehouse.seeds import registries

ELSEWHERE = ("http://", "https://", "mailto:")
# SQL that is no statement by itself, and what runs it.
PARTS = {"docs/add_a_factor.md": "tests/contract/test_adding_a_factor.py"}
SCHEMAS = (
    *("raw", "staging", "prepared", "factors", "labels", "scores", "portfolios", "performance"),
    *("analysis", "signals", "seeds", "construction"),
)
# Words in code that are no names of ours: formats, libraries, placeholders, examples.
FOREIGN = {
    *("my_grid", "shares_outstanding", "extra_trees", "with_toy", "live_us", "live_coins"),
    *("equity_value_patient", "dollar_volume_variation_1m", "stg_toy__prices", "python3"),
    *("patient_momentum", "patient_momentum_0001", "max_features", "force_compression"),
    *("debug_window_mode", "volume_usd"),
}


@pytest.fixture(scope="module")
def connection(small_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(small_market.published), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith(ELSEWHERE):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name_of(page)} links to {link}"
        if anchor:
            assert anchor in headings(target), f"{name_of(page)} links to {link}"


def test_the_index_names_every_page() -> None:
    index = REPOSITORY / "docs" / "README.md"
    linked = {link.partition("#")[0] for link in links(index)}
    pages = {path.name for path in (REPOSITORY / "docs").glob("*.md")} - {"README.md"}
    assert pages <= linked


def statements() -> Iterator[tuple[str, str]]:
    """Page and text of every SQL that a page shows, sweeps' tables under the build's names."""
    for page in PAGES:
        asked = [] if name_of(page) in PARTS else blocks(page, "sql")
        asked += [
            code
            for code in inline_codes(page)
            if re.match(r"(select|from|describe) \S", code) and "..." not in code
        ]
        asked += re.findall(r"^sql> (.*;)$", page.read_text(), re.MULTILINE)
        for statement in asked:
            yield name_of(page), re.sub(r"\bsweep_(?=\w+\.)", "", statement)


@pytest.mark.parametrize(("page", "statement"), sorted(set(statements())))
def test_sql_runs(page: str, statement: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute(statement).description


def test_parts_of_sql_are_run_elsewhere() -> None:
    for page, test in PARTS.items():
        assert page in (REPOSITORY / test).read_text()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_tables_exist(page: Path, connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute("select schema_name || '.' || table_name from duckdb_columns()")
    known = {name for (name,) in found.fetchall()}
    for code in inline_codes(page):
        name = re.fullmatch(rf"(?:sweep_)?((?:{'|'.join(SCHEMAS)})\.\w+)", code)
        if name and not code.startswith("sweep_"):
            assert name[1] in known, f"{name_of(page)} names {code}"


@cache
def words_of_the_project() -> frozenset[str]:
    """Every word of the code and settings."""
    folders = ("dbt_project", "warehouse", "ingest", "models_ml", "reports", "tests/benchmarks")
    kinds = {".py", ".sql", ".yml", ".csv", ".md", ".json", ".js"}
    files = [REPOSITORY / name for name in ("Makefile", "dbt_project.yml", "strategy_grid.yml")]
    for folder in folders:
        files += [path for path in (REPOSITORY / folder).rglob("*") if path.suffix in kinds]
    return frozenset(word for path in files for word in re.findall(r"\w+", path.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_names_are_of_the_project(page: Path) -> None:
    """Variables, columns, settings: each snake_case name in code stands somewhere in the code."""
    for code in inline_codes(page):
        for name in re.findall(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b", code):
            is_known = name in words_of_the_project() or name in FOREIGN
            assert is_known, f"{name_of(page)} names {name}, which nothing here is called"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_variables_exist(page: Path) -> None:
    known = set(registries()) | set(registries()["walk_forward"])
    for code in inline_codes(page):
        for name in re.findall(r"^vars: (\w+)$", code):
            assert name in known, f"{name_of(page)} names the variable {name}"
    for text in blocks(page, "yaml"):
        document = yaml.safe_load(text)
        given = document.get("vars", {}) if isinstance(document, dict) else {}
        assert set(given) <= known, name_of(page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_exist(page: Path) -> None:
    rooms = {path.name for path in REPOSITORY.iterdir()} - {"outputs", "target", "logs"}
    for code in inline_codes(page):
        is_path = re.fullmatch(r"[\w.-]+/[\w./-]*", code) and code.split("/")[0] in rooms
        is_made = re.search(r"\.(duckdb|html)$", code) or "toy" in code  # by a build or by hand
        if is_path and not is_made:
            assert (REPOSITORY / code).exists(), f"{name_of(page)} names {code}"


def test_pages_are_short_lines_and_plain() -> None:
    for page in PAGES:
        text = page.read_text()
        assert "\t" not in text, name_of(page)
        assert not re.search(r"\b(TODO|FIXME|TBD)\b", text), name_of(page)
