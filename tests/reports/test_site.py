"""The site has README and docs as pages, and no link of it leads to nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from reports.errors import ReportsError
from reports.site.pages import Pages, linked, project_pages, write_site
from tests.builds import REPOSITORY
from warehouse.files import DatasetFiles

CODE = "https://example.org/code"


@pytest.fixture
def files(tmp_path: Path) -> DatasetFiles:
    """Outputs that have a report and the page of the models."""
    (tmp_path / "outputs" / "docs").mkdir(parents=True)
    (tmp_path / "outputs" / "docs" / "index.html").write_text("<p>models</p>")
    (tmp_path / "outputs" / "report.html").write_text("<p>report</p>")
    (tmp_path / "outputs" / "lineage.html").write_text("<p>columns</p>")
    nowhere = tmp_path / "demo.duckdb"
    return DatasetFiles("demo", nowhere, nowhere, nowhere, tmp_path / "outputs")


def links_of(page: Path) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]+)"', page.read_text())


def test_every_link_of_every_page_leads_somewhere(files: DatasetFiles) -> None:
    site = write_site(files, CODE).parent
    pages = [site / project_pages().address(source) for source in project_pages().sources]
    seen = 0
    for page in pages:
        for link in links_of(page):
            if re.match(r"https?:|mailto:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / unquote(path)).resolve() if path else page
            assert target.is_file() and target.is_relative_to(site), f"{page.name}: {link}"
            assert not anchor or f'id="{anchor}"' in target.read_text(), f"{page.name}: {link}"
            seen += 1
    assert seen >= len(pages) ** 2


def test_the_pages_say_what_the_files_say(files: DatasetFiles) -> None:
    site = write_site(files).parent
    home = (site / "index.html").read_text()
    assert "<h1" in home and "make all" in home and "<table>" in home
    assert "<p>report</p>" in (site / "report.html").read_text()
    assert "<p>models</p>" in (site / "models" / "index.html").read_text()
    for page in project_pages().sources:
        title = re.search(r"^# (.+)", (REPOSITORY / page).read_text(), re.MULTILINE)[1]
        assert title.replace("`", "") in re.sub("</?code>", "", home), f"{page} is not in the menu"


def test_links_to_code_lead_to_the_source() -> None:
    pages = Pages(sources=(PurePosixPath("README.md"),), source_url=CODE)
    page = PurePosixPath("docs/backtests.md")
    found = pages.rewritten("../dbt_project/seeds/strategies.csv", page)
    assert found == f"{CODE}/dbt_project/seeds/strategies.csv"
    assert pages.rewritten("../README.md#the-factors", page) == "../index.html#the-factors"
    assert pages.rewritten("https://a.b/c.md", page) == "https://a.b/c.md"


def test_a_link_to_nothing_is_refused_by_name() -> None:
    with pytest.raises(ReportsError, match=r"README.md links to docs/gone.md"):
        project_pages().rewritten("docs/gone.md", PurePosixPath("README.md"))


def test_nothing_is_written_before_the_report(files: DatasetFiles) -> None:
    (files.outputs / "report.html").unlink()
    with pytest.raises(ReportsError, match=r"no report\.html: run `make docs report DATASET=demo`"):
        write_site(files)
    assert not (files.outputs / "site").exists()


def test_the_site_before_it_goes(files: DatasetFiles) -> None:
    old = files.outputs / "site" / "docs" / "old.html"
    old.parent.mkdir(parents=True)
    old.touch()
    write_site(files)
    assert not old.exists()
    assert not list(files.outputs.glob(".site*"))


def test_the_site_before_it_stays_where_a_new_one_fails(
    files: DatasetFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = write_site(files).read_text()
    monkeypatch.setattr(shutil, "copyfile", lambda *_, **__: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_site(files)
    assert (files.outputs / "site" / "index.html").read_text() == before
    assert not list(files.outputs.glob(".site*"))


def test_without_a_source_what_leads_to_code_is_text(files: DatasetFiles) -> None:
    for page in write_site(files).parent.rglob("*.html"):
        assert 'href="#"' not in page.read_text() and 'href=""' not in page.read_text(), page
    code = "dbt_project/seeds/strategies.csv"
    page = PurePosixPath("docs/backtests.md")
    assert project_pages().rewritten(f"../{code}", page) is None
    text = f"See [the ![its picture](docs/api.md)`rows`]({code}), [here](#here)."
    tokens = MarkdownIt("commonmark").parse(text)[1].children
    kept = linked(tokens, PurePosixPath("README.md"), project_pages())
    assert "".join(token.content for token in kept) == "See the its picturerows, here."
    assert [token.attrs for token in kept if token.type == "link_open"] == [{"href": "#here"}]


def test_the_menu_calls_every_dataset_s_report_the_same(files: DatasetFiles) -> None:
    home = write_site(files).read_text()
    assert '<a href="report.html">Report</a>' in home
