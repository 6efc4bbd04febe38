"""Lets a DuckDB client read a published file in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("read_everything.py")


def read_by(
    published: Path, *, python: Path | str = sys.executable, package_folder: str = ""
) -> dict[str, Any]:
    """What read_everything.py prints, by the duckdb of a Python or of a folder with packages."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if package_folder:
        environment["PYTHONPATH"] = package_folder
    done = subprocess.run(
        [str(python), str(SCRIPT), str(published)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def assert_reads_the_same(found: dict[str, Any], ours: dict[str, Any]) -> None:
    """An older client reads and answers all that the project's own does."""
    assert found["version"] != ours["version"]
    assert found["errors"] == ours["errors"] == {}
    for part in ("rows", "comments", "macros", "answers"):
        assert found[part] == ours[part], part
    assert len(ours["answers"]) >= 10
    assert len(ours["rows"]) > 150 and len(ours["comments"]) > 1500
