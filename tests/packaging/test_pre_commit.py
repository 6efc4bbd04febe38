"""Each hook of pre-commit is there, fetches nothing, and finds what it is for."""

from __future__ import annotations

import re
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builds import REPOSITORY

CONFIGURATION = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for repo in CONFIGURATION["repos"] for hook in repo["hooks"]
}
SCRIPTS = sysconfig.get_path("scripts")
GOOD_SQL = "select weights.symbol\n\nfrom portfolios.target_weights as weights\n"
FAULTS = {
    "ruff": ("fault.py", "import os\n"),
    "ruff-format": ("fault.py", "x = {  'a':1 }\n"),
    "sqlfluff-queries": ("fault.sql", "SELECT symbol FROM x\n"),
    "hadolint": ("Dockerfile", "FROM python\nRUN apt-get install make\n"),
    "compose-schema": ("docker-compose.yml", "services: [build]\n"),
    "workflow-schema": ("ci.yml", "name: ci\njobs: []\n"),
    "no-trailing-space": ("fault.md", "one \ntwo\n"),
    "newline-at-end": ("fault.md", "one\ntwo"),
    "no-merge-marks": ("fault.md", "one\n<<<<<<< mine\n"),
    "no-private-key": ("fault.txt", "-----BEGIN " + "RSA PRIVATE KEY-----\n"),
}
SOUND = {
    "ruff": "x = 1\n",
    "ruff-format": "x = 1\n",
    "sqlfluff-queries": GOOD_SQL,
    "hadolint": "FROM python:3.13.15-slim-trixie\nUSER 10001\n",
    "compose-schema": "services:\n  build:\n    image: x\n",
    "workflow-schema": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n",
    "no-trailing-space": "one\ntwo\n",
    "newline-at-end": "one\ntwo\n",
    "no-merge-marks": "one\n",
    "no-private-key": "one\n",
}


def passes(hook: dict[str, Any], path: Path) -> bool:
    """What pre-commit would say of one file."""
    if hook["language"] == "pygrep":
        many = "--multiline" in hook.get("args", [])
        flags = re.MULTILINE if not many else 0
        return re.search(hook["entry"], path.read_text(), flags) is None
    command = shlex.split(hook["entry"].replace(".venv/bin", SCRIPTS))
    done = subprocess.run([*command, path], cwd=REPOSITORY, capture_output=True, timeout=120)
    return done.returncode == 0


def test_nothing_is_fetched() -> None:
    assert {repo["repo"] for repo in CONFIGURATION["repos"]} == {"local"}
    assert {hook["language"] for hook in HOOKS.values()} <= {"system", "pygrep"}


def test_the_hooks_know_these_keys_alone() -> None:
    known = {"id", "name", "entry", "args", "language", "files", "exclude", "types", "types_or"}
    for hook in HOOKS.values():
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert set(hook) <= known | {"require_serial"}


def test_every_program_of_a_hook_is_in_the_environment() -> None:
    for hook in HOOKS.values():
        for program in re.findall(r"\.venv/bin/(\S+)", hook["entry"]):
            assert (Path(SCRIPTS) / program).exists(), program


@pytest.mark.parametrize("name", FAULTS)
def test_a_hook_finds_its_fault_and_leaves_the_sound(name: str, tmp_path: Path) -> None:
    file_name, fault = FAULTS[name]
    path = tmp_path / file_name
    settings = [folder / ".sqlfluff" for folder in (REPOSITORY, REPOSITORY / "reports/queries")]
    (tmp_path / ".sqlfluff").write_text("".join(each.read_text() for each in settings))
    path.write_text(fault)
    assert not passes(HOOKS[name], path)
    path.write_text(SOUND[name])
    assert passes(HOOKS[name], path)


def test_every_hook_is_tried_but_the_slow_one() -> None:
    assert set(HOOKS) - set(FAULTS) == {"sqlfluff-models"}


def test_the_patterns_of_files_match_files_there_are() -> None:
    found = [*REPOSITORY.glob("*"), *REPOSITORY.glob(".github/workflows/*")]
    for folder in ("dbt_project", "reports"):
        found += (REPOSITORY / folder).rglob("*.sql")
    paths = [str(path.relative_to(REPOSITORY)) for path in found]
    for hook in HOOKS.values():
        if "files" in hook:
            assert any(re.search(hook["files"], path) for path in paths), hook["id"]
