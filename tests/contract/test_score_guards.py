"""The guards of the scores pass on a sound build and name what is wrong in a spoilt one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market

GUARDS = "compiled/factorhouse/dbt_project/tests"
# What is done to the built tables, and the words that the guard's rows must hold.
SPOILT = {
    "assert_no_feature_knows_its_label": (
        "update factors.factor_matrix as matrix set momentum_12_1 = targets.target_rank "
        "from labels.training_targets as targets where matrix.symbol = targets.symbol "
        "and matrix.as_of_date = targets.as_of_date and hash(matrix.symbol) % 3 > 0",
        {"momentum_12_1", "equity", "crypto"},
    ),
    "assert_no_model_is_too_good": (
        "update scores.model_metrics set rank_ic = 0.51 where model = 'ridge'",
        {"ridge", "equity_all"},
    ),
    "assert_hyper_parameters_come_from_no_later_fold": (
        "update scores.model_fits set tuned_in = 'equity_2017' where fold_id = 'equity_2016'",
        {"ridge", "equity_2016", "equity_2017"},
    ),
    "assert_training_labels_ended_before_the_first_test_date": (
        "update scores.model_fits set train_label_end_date = test_start_date + 1 "
        "where fold_id = 'equity_2016'",
        {"ridge", "equity_2016"},
    ),
    "assert_scores_are_out_of_sample": (
        "update scores.model_scores set as_of_date = date '2015-12-31' "
        "where model = 'ridge' and fold_id = 'equity_2016' "
        "and as_of_date = (select min(test_start_date) from scores.folds "
        "where fold_id = 'equity_2016' and model = 'ridge')",
        {"ridge", "equity_2016"},
    ),
    "assert_shap_values_add_up_to_the_score": (
        "update scores.shap_values set shap_value = shap_value + 2e-6 "
        "where factor = 'size' and model = 'ridge'",
        {"ridge", "equity_2016"},
    ),
    "assert_sampled_scores_are_the_scores": (
        "update scores.shap_values set model_score = model_score + 1e-9 where model = 'ridge'",
        {"ridge"},
    ),
    "assert_labels_have_ended_when_a_fold_is_known": (
        "update scores.folds set known_on_date = fold_end_date where fold_id = 'equity_2016'",
        {"ridge", "equity_2016"},
    ),
}


@pytest.fixture(scope="module")
def spoilable(
    small_market: Market, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the built work file, open for writing under the name dbt compiled for."""
    path = tmp_path_factory.mktemp("guards") / small_market.path.name
    shutil.copyfile(small_market.path, path)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as \"{small_market.name}\"")
        connection.execute(f'use "{small_market.name}"')
        yield connection


def failing_rows(connection: duckdb.DuckDBPyConnection, folder: Path, guard: str) -> list[tuple]:
    """What the guard returns, run as dbt compiled it."""
    return connection.execute((folder / GUARDS / f"{guard}.sql").read_text()).fetchall()


@pytest.mark.parametrize("guard", SPOILT)
def test_a_guard_names_what_is_spoilt(
    spoilable: duckdb.DuckDBPyConnection, small_market: Market, guard: str
) -> None:
    spoil, words = SPOILT[guard]
    assert failing_rows(spoilable, small_market.target, guard) == []
    spoilable.execute("begin")
    spoilable.execute(spoil)
    found = failing_rows(spoilable, small_market.target, guard)
    spoilable.execute("rollback")
    assert words <= {value for row in found for value in row}
