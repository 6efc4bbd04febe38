"""Python is written in one style (SQL: ``make lint``, which takes minutes)."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.builds import REPOSITORY

RUFF = Path(sysconfig.get_path("scripts")) / "ruff"


@pytest.mark.parametrize("command", [["check"], ["format", "--check", "--diff"]])
def test_python_is_in_style(command: list[str]) -> None:
    done = subprocess.run(
        [RUFF, *command, "--no-cache", "."], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nMend: .venv/bin/ruff format ."
