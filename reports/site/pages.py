"""Writes the site of a dataset into a folder, ready to be put behind any web server."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from tempfile import TemporaryDirectory

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

from reports.errors import ReportsError
from warehouse.files import REPOSITORY, DatasetFiles

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)
# What `make docs` and `make report` wrote, where it goes and how the menu calls it.
MADE = (
    ("report.html", "report.html", "Report"),
    ("docs/index.html", "models/index.html", "Models and lineage"),
    ("lineage.html", "lineage.html", "Where columns come from"),
)


@dataclass(frozen=True)
class Pages:
    """The Markdown files that become pages, by their path in the project.

    Attributes
    ----------
    sources : README, changelog and all below docs/.
    source_url : where the project's files can be read; links to what is no page go there.
    """

    sources: tuple[PurePosixPath, ...]
    source_url: str

    def address(self, source: PurePosixPath) -> str:
        """Where a file of the project stands in the site."""
        if source == PurePosixPath("README.md"):
            return "index.html"
        return str(source.with_suffix(".html") if source in self.sources else source)

    def rewritten(self, link: str, page: PurePosixPath) -> str | None:
        """A link of a page as the site has it; None where it leads to code and no source_url is.

        Raises
        ------
        ReportsError : the link leads to nothing.
        """
        if re.match(r"[a-z]+:|#", link):
            return link
        path, _, anchor = link.partition("#")
        target = PurePosixPath(normpath(page.parent / path))
        if not (REPOSITORY / target).exists():
            raise ReportsError(f"{page} links to {link}, which is not there. Mend the link.")
        if target not in self.sources and target.parts[0] != "docs":
            return f"{self.source_url}/{target}" if self.source_url else None
        here = str(PurePosixPath(self.address(page)).parent)
        return relpath(self.address(target), here) + (f"#{anchor}" if anchor else "")


def project_pages(source_url: str = "") -> Pages:
    """The pages that the project's Markdown files make."""
    found = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md"]
    found += sorted((REPOSITORY / "docs").rglob("*.md"))
    sources = (PurePosixPath(path.relative_to(REPOSITORY).as_posix()) for path in found)
    return Pages(sources=tuple(sources), source_url=source_url.rstrip("/"))


def write_site(files: DatasetFiles, source_url: str = "") -> Path:
    """Write ``site/`` into the outputs of a dataset; the one before it goes.

    Parameters
    ----------
    source_url : address under which the project's files can be read, for links to code.

    Raises
    ------
    ReportsError : the report or the models' page has not been made, or a link leads to nothing.
    """
    missing = [source for source, _, _ in MADE if not (files.outputs / source).exists()]
    if missing:
        raise ReportsError(
            f"{files.outputs} has no {' and no '.join(missing)}: "
            f"run `make docs report DATASET={files.dataset}` first."
        )
    pages = project_pages(source_url)
    texts = {page: html_of(page, pages) for page in pages.sources}
    site = files.outputs / "site"
    with TemporaryDirectory(prefix=".site.", dir=files.outputs) as folder:
        made = Path(folder) / "site"
        fill(made, files, {pages.address(page): text for page, text in texts.items()})
        shutil.rmtree(site, ignore_errors=True)
        made.rename(site)
    return site / "index.html"


def fill(site: Path, files: DatasetFiles, texts: dict[str, str]) -> None:
    """Write all files of a site: pictures, what was made from data, pages by address."""
    shutil.copytree(REPOSITORY / "docs", site / "docs", ignore=shutil.ignore_patterns("*.md"))
    shutil.copytree(files.outputs / "docs", site / "models")
    for name in ("report.html", "lineage.html"):
        shutil.copyfile(files.outputs / name, site / name)
    for address, text in texts.items():
        path = site / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def html_of(page: PurePosixPath, pages: Pages) -> str:
    """A Markdown file as a page of the site."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markdown.use(anchors_plugin, max_level=3)
    tokens = markdown.parse((REPOSITORY / page).read_text())
    for token in tokens:
        token.children = linked(token.children or [], page, pages)
    here = str(PurePosixPath(pages.address(page)).parent)
    return TEMPLATES.get_template("page.html").render(
        title=title_of(tokens),
        body=markdown.renderer.render(tokens, markdown.options, {}),
        home=relpath("index.html", here),
        menu=[(relpath(address, here), name) for address, name in menu(pages)],
    )


def menu(pages: Pages) -> list[tuple[str, str]]:
    """Address and name of every entry: what was made from data, then the docs by title."""
    made = [(address, name) for _, address, name in MADE]
    docs = [page for page in pages.sources if page.parts[0] == "docs"]
    titles = {page: first_heading((REPOSITORY / page).read_text()) for page in docs}
    named = [(pages.address(page), title) for page, title in titles.items()]
    named.sort(key=lambda entry: entry[1].lower())
    return [*made, *named, ("CHANGELOG.html", "Changelog")]


def first_heading(text: str) -> str:
    """The first heading of a Markdown text."""
    return title_of(MarkdownIt("commonmark").parse(text))


def title_of(tokens: list[Token]) -> str:
    """The text of the first heading."""
    opened = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    return tokens[opened[0] + 1].content.replace("`", "") if opened else "Factorhouse"


def linked(tokens: list[Token], page: PurePosixPath, pages: Pages) -> list[Token]:
    """The parts of a text with their links as the site has them; text alone where there is none."""
    kept, is_open = [], True
    for token in tokens:
        for name in ("href", "src"):
            if name in token.attrs:
                link = pages.rewritten(str(token.attrs[name]), page)
                token.attrs[name] = link or ""
                is_open = is_open if token.type == "image" else link is not None
        if is_open or token.type not in ("link_open", "link_close"):
            kept.append(token)
    return kept
