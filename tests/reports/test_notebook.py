"""The walkthrough runs on a published file, agrees with its script, and becomes a deck."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from reports.errors import ReportsError
from reports.notebooks.slides import NOTEBOOK, deck, run_walkthrough
from tests.builds import REPOSITORY, Market

COMMITTED = REPOSITORY / "docs" / "presentation" / "slides.html"
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?!data:|#)|https?://|@import|url\((?!["']?data:)""")


@pytest.fixture(scope="module")
def ran(small_market: Market) -> nbformat.NotebookNode:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in small_market.environment.items():
            patch.setenv(name, value)
        return run_walkthrough(small_market.files)


def slides_of(page: str) -> int:
    """How many slides a deck has."""
    return len(re.findall(r"<section>\s*<section>", page))


def test_the_stored_notebook_is_its_script_without_outputs():
    stored = nbformat.read(NOTEBOOK, as_version=4)
    script = jupytext.read(NOTEBOOK.with_suffix(".py"))
    nbformat.validate(stored)
    for one, other in zip(stored.cells, script.cells, strict=True):
        assert (one.cell_type, one.source) == (other.cell_type, other.source), (
            "make it anew: .venv/bin/jupytext --to ipynb --update reports/notebooks/walkthrough.py"
        )
        assert one.metadata == other.metadata
        assert not one.get("outputs") and one.get("execution_count") is None


def test_every_cell_runs_and_shows_something(ran):
    shown = [cell for cell in ran.cells if cell.cell_type == "code"]
    kinds = [
        key
        for cell in shown
        for output in cell.outputs
        for key in output.get("data", {})
        if output.output_type == "execute_result"
    ]
    assert all(output.output_type == "execute_result" for cell in shown for output in cell.outputs)
    assert kinds.count("image/png") == 8 and kinds.count("text/html") == 5
    for cell in shown:
        if cell.metadata["slideshow"]["slide_type"] != "skip":
            assert cell.outputs, cell.source
        for output in cell.outputs:
            picture = output["data"].get("image/png")
            assert picture is None or len(base64.b64decode(picture)) > 10_000


def test_its_numbers_are_the_files(ran, small_market: Market):
    page = "".join(
        output["data"].get("text/html", "")
        for cell in ran.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    with_sql = small_market.run(
        *("warehouse", "sql", small_market.dataset, "-c"),
        "select format('{:.1f}%', 100 * ann_return) from performance.summary "
        "where strategy = 'equity_composite_long'",
    ).stdout
    number = re.findall(r"-?[\d.]+%", with_sql)[0]
    row = re.findall(r"<tr>(?:(?!</tr>).)*equity_composite_long<.*?</tr>", page, re.DOTALL)[0]
    assert f">{number}<" in row


def test_the_deck_needs_no_other_file(ran):
    page = deck(ran)
    assert not ELSEWHERE.findall(re.sub(r"base64,[A-Za-z0-9+/=\s]+", "", page))
    starts = [c for c in ran.cells if c.metadata["slideshow"]["slide_type"] == "slide"]
    assert slides_of(page) == len(starts) == 14
    assert "published.sql" not in page and page.count("data:image/png") == 8
    assert page.count('alt="') == 8 and "No description" not in page


def test_the_committed_deck_is_of_this_notebook():
    page = COMMITTED.read_text()
    assert COMMITTED.stat().st_size < 1.5e6
    assert not ELSEWHERE.findall(re.sub(r"base64,[A-Za-z0-9+/=\s]+", "", page))
    headings = [
        line.lstrip("# ")
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells
        for line in cell.source.splitlines()
        if cell.cell_type == "markdown" and line.startswith("#")
    ]
    assert len(headings) == slides_of(page)
    for heading in headings:
        assert heading in page, "make it anew: make slides SLIDES=docs/presentation/slides.html"
    for part in ("deck.css", "deck.js"):
        text = (COMMITTED.parent / "deck" / part).read_text().strip()
        assert text in page


def test_a_failing_cell_is_named(small_market: Market, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    with pytest.raises(ReportsError, match=r"WarehouseError: .*does not exist yet: run `make all"):
        run_walkthrough(small_market.files)
