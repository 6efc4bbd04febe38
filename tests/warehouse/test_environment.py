"""environment.txt says what built the outputs beside it."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.builds import REPOSITORY, Market
from warehouse.environment import commit, libraries, write_environment


def test_publishing_writes_it_beside_the_build(small_market: Market) -> None:
    lines = (small_market.outputs / "environment.txt").read_text().splitlines()
    assert lines[0] == f"# python {platform.python_version()} ({platform.python_implementation()})"
    assert f"duckdb=={version('duckdb')}" in lines
    assert f"dbt-core=={version('dbt-core')}" in lines
    assert f"dbt-duckdb=={version('dbt-duckdb')}" in lines
    assert all(re.fullmatch(r"#.*|[a-z0-9.-]+==\S+", line) for line in lines)


def test_it_holds_every_library_once(small_market: Market) -> None:
    names = [line.partition("==")[0] for line in libraries()]
    assert names == sorted(set(names))
    lock = (REPOSITORY / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE))
    assert len(locked & set(names)) > 0.9 * len(locked)


def test_the_same_environment_writes_the_same_file(small_market: Market) -> None:
    before = (small_market.outputs / "environment.txt").read_text()
    assert write_environment(small_market.files).read_text() == before


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git checkout of one file."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    (tmp_path / "model.sql").write_text("select 1\n")
    person = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], [*person, "commit", "-q", "-m", "One"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    return tmp_path


def test_the_commit_is_named_and_changes_after_it_too(checkout: Path) -> None:
    named = commit(checkout)
    assert re.fullmatch(r"[0-9a-f]{40}", named)
    (checkout / "model.sql").write_text("select 2\n")
    assert commit(checkout) == f"{named} with changes since"


def test_a_folder_inside_another_checkout_is_not_that_one(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = checkout / "unpacked"
    inside.mkdir()
    monkeypatch.delenv("FACTORHOUSE_COMMIT", raising=False)
    assert commit(inside) == "unknown (not a git checkout)"
    monkeypatch.setenv("FACTORHOUSE_COMMIT", "abc123")
    assert commit(inside) == "abc123"
