"""A factor is one line of SQL and one registry row: matrix, IC, premia and docs follow."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.builds import Market, copied_project

SQL_LINE = (
    "            prices_daily.adj_close / lag(prices_daily.adj_close, 5) over history - 1 as {},\n"
)
REGISTRY_ROW = """\
    - {name: momentum_1w, family: momentum, direction: 1, asset_classes: [equity, crypto], \
unit: return, needs: [prices], paper: "Liu, Tsyvinski and Wu (2022)"}
"""


def test_a_factor_is_one_line_and_one_row(small_raw: Market, tmp_path: Path) -> None:
    project = copied_project(tmp_path / "project")
    registry = project / "dbt_project.yml"
    text = registry.read_text()
    row_before = "    - name: momentum_3w\n"
    assert row_before in text
    registry.write_text(text.replace(row_before, REGISTRY_ROW + row_before))
    family = project / "dbt_project" / "models" / "factors" / "raw" / "momentum.sql"
    family.write_text(with_factor(family.read_text()))

    own = small_raw.copied(tmp_path / "market", project=project)
    own.build()
    own.publish()
    own.run("warehouse", "docs", own.dataset)

    with duckdb.connect(str(own.published), read_only=True) as connection:
        assert "momentum_1w" in [
            row[0] for row in connection.execute("describe factors.factor_matrix").fetchall()
        ]
        for table in ("analysis.factor_ic", "analysis.factor_premia", "scores.feature_importance"):
            n_rows = connection.execute(
                f"select count(*) from {table} where factor = 'momentum_1w'"
            ).fetchall()[0][0]
            assert n_rows > 0, table
        comment = connection.execute(
            "select comment from duckdb_columns() "
            "where table_name = 'factor_matrix' and column_name = 'momentum_1w'"
        ).fetchall()[0][0]
    assert "Liu, Tsyvinski and Wu (2022)" in comment
    assert "momentum_1w" in (own.outputs / "docs" / "index.html").read_text()


def with_factor(sql: str) -> str:
    """The family's SQL with one more column."""
    raw = "            case\n"
    assert raw in sql
    return sql.replace(raw, SQL_LINE.format("momentum_1w") + raw, 1)
