"""A factor that is the label itself is caught by name, before any model can learn from it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market, copied_project

FACTOR = "next_month_return"
GUARD = "assert_no_feature_knows_its_label"
COLUMN = f"""\
            lead(bars.adj_close, {{{{ sessions.month + 1 }}}}) over (
                partition by bars.symbol order by bars.session_no
            )
            / lead(bars.adj_close, 1) over (partition by bars.symbol order by bars.session_no)
            - 1 as {FACTOR},
"""
ROW = f"""\
    - name: {FACTOR}
      family: custom
      direction: 1
      asset_classes: [equity, crypto]
      unit: return
      needs: [prices]
      paper: "None: it is known a month later"
      published_year: 2026
      min_history_sessions: {{equity: 1, crypto: 1}}

"""


@pytest.fixture(scope="module")
def leaking(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The small market, its factors and scores built by a project with such a factor."""
    folder = tmp_path_factory.mktemp("planted_label")
    project = copied_project(folder / "project")
    custom = project / "dbt_project" / "models" / "factors" / "raw" / "custom.sql"
    put_above(custom, COLUMN, "            case\n                when\n                    count(")
    put_above(project / "dbt_project.yml", ROW, "    - name: moving_average_distance\n")
    own = small_market.copied(folder / "market", project=project)
    selected = "factor_registry custom+,+model_scores"
    built = own.run("warehouse", "build", own.dataset, "--select", selected, check=False)
    assert built.returncode == 2, built.stdout[-6000:]
    assert GUARD in built.stdout
    return own


@pytest.fixture(scope="module")
def results(leaking: Market) -> dict[str, dict]:
    """What the build said, by the name of model or test."""
    ran = json.loads((leaking.target / "run_results.json").read_text())["results"]
    return {one["unique_id"].split(".")[2]: one for one in ran}


def put_above(path: Path, block: str, line: str) -> None:
    """A block of text above the first place where a line begins so."""
    text = path.read_text()
    assert line in text
    path.write_text(text.replace(line, block + line, 1))


def test_only_the_guard_fails_and_it_names_the_leak(
    leaking: Market, results: dict[str, dict]
) -> None:
    assert {name for name, one in results.items() if one["status"] in ("fail", "error")} == {GUARD}
    with duckdb.connect(str(leaking.path), read_only=True) as connection:
        rows = connection.execute(results[GUARD]["compiled_code"]).fetchall()
    assert sorted(row[:2] for row in rows) == [(FACTOR, "crypto"), (FACTOR, "equity")]


def test_no_model_learns_from_the_leak(results: dict[str, dict]) -> None:
    assert results["training_panel"]["status"] == "success"
    assert results["model_fits"]["status"] == "skipped"
    assert results["model_scores"]["status"] == "skipped"
