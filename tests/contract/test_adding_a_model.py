"""A scoring model is one row of the registry, added as docs/scoring_models.md says."""

from __future__ import annotations

import re

import duckdb
import pytest

from tests.builds import Market, copied_project

TABLES = (
    *("model_scores", "model_metrics", "feature_importance", "shap_values", "model_runs"),
    *("model_parameters", "model_diagnostics", "folds"),
)


@pytest.fixture(scope="module")
def built(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The small market, its scores built by a project with the row of the page."""
    folder = tmp_path_factory.mktemp("one_row")
    project = copied_project(folder / "project")
    page = (project / "docs" / "scoring_models.md").read_text()
    row = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1]
    registry = project / "dbt_project.yml"
    text = registry.read_text()
    line = "  ml_models:\n"
    assert text.count(line) == 1
    registry.write_text(text.replace(line, line + row))
    own = small_market.copied(folder / "market", project=project)
    own.build("--models", "extra_trees,ridge", "--select", "path:dbt_project/models/scores")
    return own


@pytest.mark.parametrize("table", TABLES)
def test_the_model_is_in_every_table_of_the_scores(built: Market, table: str) -> None:
    with duckdb.connect(str(built.path), read_only=True) as connection:
        rows = connection.execute(
            f"select model, count(*) from scores.{table} where asset_class = 'equity' group by all"
        ).fetchall()
    assert dict(rows).get("extra_trees", 0) > 0, rows


def test_the_model_is_a_member_of_the_ensemble(built: Market) -> None:
    with duckdb.connect(str(built.path), read_only=True) as connection:
        n_rows, n_equal = connection.execute(
            """
            with z as (
                select
                    as_of_date, symbol, model,
                    (model_score - avg(model_score) over w)
                    / nullif(stddev_pop(model_score) over w, 0) as score
                from scores.model_scores
                where model in ('extra_trees', 'ridge') and asset_class = 'equity'
                window w as (partition by as_of_date, model)
            ),
            means as (
                select as_of_date, symbol, avg(score) as score from z group by all
            )
            select count(*), count(*) filter (where abs(e.model_score - means.score) < 1e-9)
            from scores.model_scores as e inner join means using (as_of_date, symbol)
            where e.model = 'ensemble' and e.asset_class = 'equity'
            """
        ).fetchall()[0]
    assert n_rows == n_equal > 1000
