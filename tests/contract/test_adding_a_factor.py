"""A factor is one column of SQL and one registry row, added as docs/add_a_factor.md says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market, copied_project

FACTOR = "dollar_volume_variation_1m"
TABLES = ("factor_matrix", "factor_ic", "factor_returns", "factor_premia", "feature_importance")
UNIT_TESTS = """
import sys
from ingest.config import load_dataset
from warehouse.build import dbt_variables
from warehouse.dbt_runs import run_dbt

dataset = load_dataset(sys.argv[1])
done = run_dbt(dataset, ["test", "--select", "custom,test_type:unit"], dbt_variables(dataset))
sys.exit(not done.success)
"""


@pytest.fixture(scope="module")
def followed(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The small market, its factor tables built anew by a project that followed the page."""
    folder = tmp_path_factory.mktemp("five_minutes")
    project = copied_project(folder / "project")
    follow(project)
    own = small_market.copied(folder / "market", project=project)
    between = " ".join(f"factor_values+,+{table}" for table in TABLES)
    own.build("--select", f"factor_registry custom {between}")
    return own


def follow(project: Path) -> None:
    """Each code block of the page, put where the page says."""
    page = (project / "docs" / "add_a_factor.md").read_text()
    column, row, unit_test = re.findall(r"```(?:sql|yaml)\n(.*?)```", page, re.DOTALL)
    models = project / "dbt_project" / "models" / "factors"
    custom = models / "raw" / "custom.sql"
    put_above(custom, column, "            case\n                when\n                    count(")
    put_above(project / "dbt_project.yml", row, "    - name: moving_average_distance\n")
    unit_tests = models / "_custom_unit_tests.yml"
    unit_tests.write_text(unit_tests.read_text() + "\n" + unit_test)


def put_above(path: Path, block: str, line: str) -> None:
    """A block of text above the first place where a line begins so."""
    text = path.read_text()
    assert line in text, f"{path} has no line {line!r}"
    path.write_text(text.replace(line, block + line, 1))


def test_a_factor_is_one_column_and_one_row(followed: Market) -> None:
    with duckdb.connect(str(followed.path), read_only=True) as connection:
        matrix = connection.execute("describe factors.factor_matrix").fetchall()
        assert FACTOR in [column for column, *_ in matrix]
        for table in ("analysis.factor_ic", "analysis.factor_returns", "analysis.factor_premia"):
            classes = connection.execute(
                f"select distinct asset_class from {table} where factor = '{FACTOR}' order by all"
            ).fetchall()
            assert classes == [("crypto",), ("equity",)], table
        n_folds = connection.execute(
            f"select count(*) from scores.feature_importance where factor = '{FACTOR}'"
        ).fetchall()[0][0]
        assert n_folds > 0
        comment = connection.execute(
            "select comment from duckdb_columns() "
            f"where table_name = 'factor_matrix' and column_name = '{FACTOR}'"
        ).fetchall()[0][0]
    assert "Chordia, Subrahmanyam and Anshuman (2001)" in comment


def test_the_factor_is_what_its_formula_says(followed: Market) -> None:
    with duckdb.connect(str(followed.path), read_only=True) as connection:
        n_values, n_wrong = connection.execute(
            """
            select
                count(*),
                count(*) filter (
                    where abs(raw_value / (stddev_samp_of / mean_of) - 1) > 1e-9
                )
            from (
                select
                    factor_values.raw_value,
                    stddev_samp(bars.dollar_volume_usd) as stddev_samp_of,
                    avg(bars.dollar_volume_usd) as mean_of
                from factors.factor_values
                join factors.cross_section_members as members using (as_of_date, symbol)
                join prepared.prices_daily as today
                    on today.symbol = members.symbol and today.as_of_date = members.session_date
                join prepared.prices_daily as bars
                    on bars.symbol = today.symbol
                    and bars.listing_no = today.listing_no
                    and bars.session_no <= today.session_no
                    and bars.session_no
                    > today.session_no - case today.asset_class when 'equity' then 21 else 30 end
                    and not bars.is_stale
                where factor_values.factor = ?
                group by members.as_of_date, members.symbol, factor_values.raw_value
            )
            """,
            [FACTOR],
        ).fetchall()[0]
    assert n_values > 10_000
    assert n_wrong == 0


def test_the_page_s_own_unit_test_passes(followed: Market, tmp_path: Path) -> None:
    script = tmp_path / "run_unit_tests.py"
    script.write_text(UNIT_TESTS)
    done = followed.run_script(script, followed.dataset)
    assert done.returncode == 0, done.stdout[-6000:]
    results = json.loads((followed.target / "run_results.json").read_text())["results"]
    said = [r["status"] for r in results if r["unique_id"].startswith("unit_test.")]
    assert len(said) == 2
    assert set(said) == {"pass"}
