"""docs/other_engines.md: its examples run on what is exported and give the warehouse's numbers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reports.exports import write_exports
from tests.builds import REPOSITORY, Market

PAGE = (REPOSITORY / "docs" / "other_engines.md").read_text()
FACTOR = ("equity", "momentum_12_1")
STRATEGIES = ["equity_composite_long_short", "equity_momentum_long"]


@pytest.fixture(scope="module")
def user_folder(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a user stands: outputs/demo/exports with a book of each kind and a factor."""
    folder = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.exports.writing.strategies", lambda _: STRATEGIES)
        patch.setattr("reports.exports.writing.factors", lambda _: [FACTOR])
        exports = folder / "outputs" / "demo" / "exports"
        write_exports(small_market.files, exports, kinds=["books", "factors"])
    return folder


def run(folder: Path, *arguments: str) -> str:
    """What a Python run in a folder prints; it must not fail."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_bt_runs_the_book_to_the_same_returns(user_folder: Path) -> None:
    command = re.findall(r"^\.venv/bin/python (docs/examples/with_bt\.py) (\S+)$", PAGE, re.M)[0]
    said = run(user_folder, str(REPOSITORY / command[0]), command[1])
    n_days, apart = re.findall(r"([\d,]+) days by bt, largest .* of a return (\S+)", said)[0]
    assert int(n_days.replace(",", "")) > 1000 and float(apart) < 1e-10


def example_of(tool: str) -> str:
    """The page's code for a tool."""
    return re.findall(rf"## {tool}\n\n```python\n(.*?)```", PAGE, re.DOTALL)[0]


def test_the_page_s_example_of_alphalens_runs(user_folder: Path) -> None:
    assert run(user_folder, "-c", example_of("alphalens"))
