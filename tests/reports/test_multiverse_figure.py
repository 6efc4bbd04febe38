"""What the specification curve says of its rows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from reports import queries
from reports.figures.multiverse import amount, choices_of, heading, limits_of
from tests.reports.figure_texts import clipped, said
from tests.reports.test_figures import drawn
from warehouse.files import DatasetFiles, open_published


@pytest.fixture
def rows(publish: Callable[..., DatasetFiles]) -> pd.DataFrame:
    return queries.frame(open_published(publish()), "multiverse")


def test_intervals_are_the_critical_value_times_the_error(rows: pd.DataFrame) -> None:
    own = rows[(rows["formation_start"] == 21) & (rows["cost_bps"] == 0)]
    own = own[(own["result"] == "equity_momentum") & (own["weighting"] == "equal")]
    assert own["mean_ann_error"].iloc[0] == pytest.approx(2 * 0.0521 / 1.5)
    assert rows.groupby("result")["mean_ann"].apply(lambda m: m.is_monotonic_increasing).all()


def test_every_choice_that_differs_is_a_line_with_those_that_make_it(rows: pd.DataFrame) -> None:
    own = rows[rows["result"] == "crypto_momentum"].reset_index(drop=True)
    made = {said: int(is_made.sum()) for said, is_made in choices_of(own)}
    assert made == {
        **{f"return {start} to 0 sessions": 6 for start in (7, 21, 252)},
        **{f"weights: {weighting}": 9 for weighting in ("cap", "equal")},
        **{f"cost {cost} bps": 6 for cost in (0, 20, 50)},
    }


def test_the_heading_counts_signs_and_intervals() -> None:
    rows = pd.DataFrame(
        {"mean_ann": [-3.0, 1.0, 2.0, 4.0], "mean_ann_error": [1.0, 2.0, 1.0, None]}
    )
    said = heading("mine", rows)
    assert said == "mine: 75 % above 0; whole interval above in 25 %, below in 25 %"
    low, high = limits_of(rows["mean_ann"], rows["mean_ann_error"])
    assert low < -3
    assert high > 4


def test_more_results_than_fit_are_counted(publish: Callable[..., DatasetFiles]) -> None:
    import duckdb

    files = publish()
    with duckdb.connect(str(files.published)) as connection:
        for i in range(3):
            connection.execute(
                "insert into analysis.multiverse by name "
                "select * replace ($name as result) from analysis.multiverse "
                "where result = 'equity_momentum'",
                {"name": f"another_result_with_quite_a_long_name_{i}"},
            )
    figure = drawn(files, "multiverse")
    assert "3 of 5 results shown" in said(figure)
    assert clipped(figure) == []


@pytest.mark.parametrize(("value", "said"), [(0, "0"), (250_000, "250k"), (2e6, "2M"), (1e9, "1B")])
def test_amounts_are_said_shortly(value: float, said: str) -> None:
    assert amount(value) == said
