"""README and the pages of docs/, read: their commands, SQL, links and names."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.builds import REPOSITORY

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
SHELLS = ("", "sh", "bash", "shell", "console")
PROGRAMS = (
    *("make", "python", "python3", "export", "apt-get", "git", "pip", "uv"),
    *(
        "docker",
        "curl",
        "streamlit",
        "uvicorn",
        "conda",
        "jupytext",
        "duckdb",
        "sudo",
        "pre-commit",
    ),
)
SETTING = re.compile(r"[A-Z][A-Z_0-9]*=.*", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """A command as a page shows it: what stands in front of it, its program, what follows."""

    page: str
    settings: tuple[str, ...]
    program: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join([*self.settings, self.program, *self.arguments])}"


def tokens(page: Path) -> list[Token]:
    """What a page is made of; inline parts beside the blocks."""
    found = MarkdownIt("commonmark").enable("table").parse(page.read_text())
    return [part for token in found for part in (token, *(token.children or []))]


def name_of(page: Path) -> str:
    """The page's path in the project."""
    return str(page.relative_to(REPOSITORY))


def blocks(page: Path, kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return [token.content for token in tokens(page) if token.type == "fence" and token.info == kind]


def inline_codes(page: Path) -> list[str]:
    """Everything between single backquotes."""
    return [token.content for token in tokens(page) if token.type == "code_inline"]


def headings(page: Path) -> list[str]:
    """The anchors of a page's headings."""
    found = tokens(page)
    titles = [
        found[number + 1].content
        for number, token in enumerate(found)
        if token.type == "heading_open"
    ]
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]


def links(page: Path) -> list[str]:
    """Where a page's links and pictures lead."""
    found = [(token.attrs.get("href") or token.attrs.get("src")) for token in tokens(page)]
    return [str(link) for link in found if link]


def commands(page: Path) -> Iterator[Command]:
    """Every command of a page, in a block or in a sentence.

    Raises
    ------
    AssertionError : a block begins with a command and holds a line that is none.
    """
    for token in tokens(page):
        if token.type == "fence" and token.info in SHELLS:
            yield from shell_commands(token.content, name_of(page))
        elif token.type == "code_inline":
            command = parsed(token.content, name_of(page))
            if command is not None:
                yield command


def shell_commands(text: str, page: str) -> Iterator[Command]:
    """The commands of a block; none of a block that shows something else."""
    lines = text.replace("\\\n", " ").splitlines()
    found = [parsed(line, page) for line in lines]
    if not any(found):
        return
    for line, command in zip(lines, found, strict=True):
        if command is not None:
            yield command
        else:
            is_other = not line.strip() or line.lstrip().startswith(("#", "sql>"))
            assert is_other, f"{page}: is this a command? {line!r}"


def parsed(line: str, page: str) -> Command | None:
    """A line as a command, if its first word that is no setting is a program."""
    try:
        words = shlex.split(line.strip().removeprefix("$ "), comments=True)
    except ValueError:
        return None
    settings = []
    while words and SETTING.fullmatch(words[0]):
        settings.append(words.pop(0))
    program = words[0].removeprefix(".venv/bin/") if words else ""
    if program not in PROGRAMS:
        return None
    return Command(page, tuple(settings), program, tuple(words[1:]))
