"""docs/environment.md names every variable that the code reads, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.builds import REPOSITORY

ROOMS = ("warehouse", "ingest", "reports", "models_ml", "dbt_project", "tests")
FILES = ("Makefile", "Dockerfile", "docker-compose.yml", "dbt_project.yml", "profiles.yml")
NAME = r"FACTORHOUSE_[A-Z_]*[A-Z]\b"
# How a variable is read: in Python, dbt, YAML and shell, make.
READ = re.compile(
    rf"""
    (?:environ(?:ment)?(?:\.get\(|\[)|env_var\()\s*["']({NAME})
    |\$[{{(]({NAME})
    |^[A-Z_]+\s=\s"({NAME})"$
    """,
    re.MULTILINE | re.VERBOSE,
)


def read_names() -> set[str]:
    """Every variable that some file reads."""
    found = {name for path in files() for pair in READ.findall(path.read_text()) for name in pair}
    settings = (REPOSITORY / "reports" / "api" / "settings.py").read_text()
    given = re.findall(r'given\("([A-Z_]+)"\)', settings)
    return {name for name in found if name} | {f"FACTORHOUSE_API_{name}" for name in given}


def files() -> Iterator[Path]:
    """What may read the environment."""
    yield from (REPOSITORY / name for name in FILES)
    for room in ROOMS:
        for path in (REPOSITORY / room).rglob("*"):
            if path.suffix in (".py", ".sql", ".yml"):
                yield path


def test_every_variable_that_is_read_is_described_and_no_other() -> None:
    page = (REPOSITORY / "docs" / "environment.md").read_text()
    described = re.findall(rf"^\| `({NAME})` \|", page, re.MULTILINE)
    assert len(described) == len(set(described))
    assert set(described) == read_names()
