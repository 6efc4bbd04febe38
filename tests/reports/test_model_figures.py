"""What the figures of the models draw: their numbers against the tables, by another road."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from reports import queries
from reports.drawing import COLOURS, figure_style
from reports.figures import all_figures
from reports.figures.importance import heaped
from reports.figures.models import PALE, half_interval, models_of
from reports.plots import query_parameters, report_context
from tests.reports.figure_texts import clipped, touching
from warehouse.files import DatasetFiles, open_published

EQUITY = {"classes": ("equity",), "strategies": ("equity_long",)}
Publish = Callable[..., DatasetFiles]


def rows_of(files: DatasetFiles, name: str) -> pd.DataFrame:
    return queries.frame(open_published(files), name, query_parameters())


def changed(files: DatasetFiles, statement: str) -> DatasetFiles:
    """The dataset after a statement on its published file."""
    with duckdb.connect(str(files.published)) as connection:
        connection.execute(statement)
    return files


def test_tenths_are_those_of_the_table_with_errors_clustered_by_month(publish: Publish) -> None:
    # A tenth of a month with 19 names holds one name or two: months weigh by their names.
    statement = "delete from construction.labelled_scores where hash(symbol, as_of_date) % 20 = 0"
    files = changed(publish(**EQUITY), statement)
    changed(
        files,
        "update scores.model_diagnostics as d set n_rows = l.n, mean_target = l.mean from ("
        "select model, score_tenth, count(*) as n, avg(target_rank) as mean "
        "from construction.labelled_scores group by all) as l "
        "where d.model = l.model and d.bin = l.score_tenth",
    )
    rows = rows_of(files, "real_vs_predicted")
    assert len(rows) == 30
    scores = open_published(files).execute("from construction.labelled_scores").df()
    for (model, tenth), own in scores.groupby(["model", "score_tenth"]):
        row = rows[(rows["model"] == model) & (rows["decile"] == tenth)].iloc[0]
        mean = own["target_rank"].mean()
        sums = (own["target_rank"] - mean).groupby(own["as_of_date"]).sum()
        n_dates = len(sums)
        error = np.sqrt((sums**2).sum() * n_dates / (n_dates - 1)) / len(own)
        assert row["realized"] == pytest.approx(mean, abs=1e-12)
        assert row["standard_error"] == pytest.approx(error, abs=1e-12)
        assert row["n_dates"] == n_dates
        if model == "composite":
            assert np.isnan(row["predicted"]), "the composite predicts no rank"
        else:
            table = f"model = '{model}' and bin = {tenth}"
            mean_score = f"select mean_score from scores.model_diagnostics where {table}"
            assert (row["predicted"],) == open_published(files).execute(mean_score).fetchone()


def test_folds_stand_beside_the_composite_and_the_mean_of_all(publish: Publish) -> None:
    files = publish(**EQUITY)
    rows = rows_of(files, "model_rank_ic").set_index(["model", "fold_id"])
    assert set(rows.index) == {
        ("ridge", "equity_2020"),
        ("ridge", "equity_2021"),
        ("xgboost", "equity_2021"),
        ("composite", "equity_2020"),
        ("composite", "equity_2021"),
    }, "a fold without a rank correlation has no bar, and all folds together are none"
    ridge = rows.loc["ridge"]
    assert list(ridge["rank_ic"]) == [0.03, -0.02]
    assert list(ridge["composite_rank_ic"]) == [0.01, -0.05]
    assert list(ridge["mean_rank_ic"]) == [0.02, 0.02]
    assert list(ridge["mean_error"]) == [2.5 * 0.008] * 2
    assert np.isnan(rows.loc["xgboost", "mean_error"].iloc[0])


def test_pale_bars_have_few_months(publish: Publish) -> None:
    files = publish(**EQUITY)
    report = report_context(open_published(files), files.name)
    with figure_style():
        figure = all_figures()["model_rank_ic"].draw(rows_of(files, "model_rank_ic"), report)
    drawn = [
        (round(bar.get_height(), 3), bar.get_facecolor()[:3])
        for axes in figure.axes
        for bar in axes.patches
    ]
    expected = {0.03: COLOURS[0], -0.02: PALE[0], 0.04: PALE[0], 0.01: COLOURS[1], -0.05: PALE[1]}
    assert {height: to_rgb(colour) for height, colour in expected.items()} == dict(drawn)


def test_models_are_compared_over_all_folds_with_their_intervals(publish: Publish) -> None:
    rows = rows_of(publish(**EQUITY), "model_comparison")
    assert list(rows["model"]) == ["xgboost", "ridge", "composite"], "the highest first"
    assert list(rows["n_dates"]) == [3, 15, 15]
    rows = rows.set_index("model")
    assert rows.loc["ridge", "rank_ic_error"] == 2.5 * 0.008
    assert rows.loc["ridge", "over_composite_error"] == pytest.approx(2.5 * 0.022 / 2.2, rel=1e-12)
    assert rows.loc["xgboost", ["rank_ic_error", "over_composite_error"]].isna().all()
    assert np.isnan(rows.loc["composite", "over_composite"])


def test_the_composite_is_the_bar_in_the_months_of_each_model(publish: Publish) -> None:
    files = publish(**EQUITY)
    rows = rows_of(files, "model_comparison").set_index("model")
    bars = {"xgboost": -0.05, "ridge": (12 * 0.01 - 3 * 0.05) / 15}
    assert rows.loc[list(bars), "composite_rank_ic"].to_dict() == pytest.approx(bars, abs=1e-15)
    assert np.isnan(rows.loc["composite", "composite_rank_ic"])
    report = report_context(open_published(files), files.name)
    with figure_style():
        figure = all_figures()["model_comparison"].draw(rows.reset_index(), report)
    lines = figure.axes[0].collections[0].get_segments()
    places = {round(float(line[:, 1].mean())): float(line[0, 0]) for line in lines if len(line)}
    assert places == pytest.approx({0: bars["xgboost"], 1: bars["ridge"]}, abs=1e-15)
    across = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert COLOURS[1] not in {line.get_color() for line in across}, "no one bar for all models"
    assert any("different months (in brackets)" in text.get_text() for text in figure.texts)
    changed(files, "update scores.model_ic set rank_ic = null where as_of_date = '2020-03-31'")
    changed(files, "update scores.model_ic set rank_ic = 0.03 where model = 'ridge'")
    fewer = rows_of(files, "model_comparison").set_index("model")["composite_rank_ic"]
    assert np.isnan(fewer["ridge"]), "the composite has one month less"
    assert fewer["xgboost"] == pytest.approx(-0.05, abs=1e-15)


def test_calibration_is_of_models_that_forecast(publish: Publish) -> None:
    files = publish(**EQUITY)
    rows = rows_of(files, "calibration").set_index("model")
    assert list(rows.index) == ["ridge", "xgboost"]
    assert list(rows["slope"]) == [0.75, 0.75]
    assert list(rows["slope_se"]) == [0.25] * 2
    assert list(rows["n_dates"]) == [15, 3]
    scores = open_published(files).execute("from construction.labelled_scores").df()
    ridge = scores[scores["model"] == "ridge"]
    residual = (ridge["target_rank"] - ridge["model_score"]).mean()
    assert rows.loc["ridge", "mean_residual"] == pytest.approx(residual, abs=1e-12)


def test_few_months_have_wide_intervals_and_fewer_than_six_none() -> None:
    months = pd.Series([1, 5, 6, 15, 106])
    reach = half_interval(pd.Series(2.0, index=months.index), months)
    # 97.5 % quantiles of Student's t with 5, 14 and 105 degrees, from printed tables.
    expected = [np.nan, np.nan, 2 * 2.5706, 2 * 2.1448, 2 * 1.9828]
    assert list(reach) == pytest.approx(expected, abs=1e-4, nan_ok=True)


def reaches_of(axes: Axes) -> list[float]:
    """Half the lengths of the intervals drawn in a panel; those left out are missing."""
    bars = [bar for container in axes.containers for bar in container[2]]
    ends = [segment for bar in bars for segment in bar.get_segments()]
    return [float(np.ptp(end, axis=0).max()) / 2 if len(end) else np.nan for end in ends]


def test_intervals_are_drawn_by_the_number_of_months(publish: Publish) -> None:
    files = publish(**EQUITY)
    report = report_context(open_published(files), files.name)
    with figure_style():
        slopes = all_figures()["calibration"].draw(rows_of(files, "calibration"), report)
    assert reaches_of(slopes.axes[0]) == pytest.approx([2.1448 * 0.25], abs=1e-4), (
        "ridge has 15 months, xgboost 3"
    )
    rows = rows_of(files, "real_vs_predicted").query("model == 'ridge'").reset_index(drop=True)
    rows["n_dates"] = 6
    rows.loc[:4, "n_dates"] = 5
    with figure_style():
        tenths = all_figures()["real_vs_predicted"].draw(rows, report)
    expected = [np.nan] * 5 + list(2.5706 * rows["standard_error"][5:])
    assert reaches_of(tenths.axes[0]) == pytest.approx(expected, abs=1e-4, nan_ok=True)


def test_a_wild_model_leaves_the_panels_of_the_others_readable(publish: Publish) -> None:
    files = publish(**EQUITY)
    tame = rows_of(files, "real_vs_predicted")
    wild = tame.assign(
        predicted=tame["predicted"].mask(tame["model"] == "xgboost", 0.6 * tame["decile"] + 1)
    )
    report = report_context(open_published(files), files.name)
    draw = all_figures()["real_vs_predicted"].draw
    below = wild.assign(predicted=-wild["predicted"])
    with figure_style():
        figures = [draw(rows, report) for rows in (tame, wild, below)]
    limits = [[axes.get_ylim() for axes in figure.axes] for figure in figures]
    assert limits[0] == limits[1] == limits[2]
    assert limits[0][0][1] > (tame["realized"].abs() + 2 * tame["standard_error"]).max()
    words = [
        [(axes.get_title("left"), text.get_text()) for axes in figure.axes for text in axes.texts]
        for figure in figures
    ]
    assert words == [[], [("xgboost", "line is above")], [("xgboost", "line is below")]]


def test_a_model_without_a_slope_is_said_to_have_none(publish: Publish) -> None:
    statement = (
        "update scores.model_diagnostics set calibration_slope = null, "
        "calibration_slope_se = null where model = 'ridge'"
    )
    files = changed(publish(**EQUITY), statement)
    report = report_context(open_published(files), files.name)
    with figure_style():
        figure = all_figures()["calibration"].draw(rows_of(files, "calibration"), report)
    assert any("predicts one value for all names" in text.get_text() for text in figure.texts)


def test_shap_values_are_of_a_model_chosen_by_name(publish: Publish) -> None:
    files = publish(**EQUITY)
    rows = rows_of(files, "shap_summary")
    assert set(rows.loc[rows["is_drawn"], "model"]) == {"xgboost"}
    assert set(rows.loc[rows["shap_value"].notna(), "model"]) == {"xgboost"}
    assert rows["shap_value"].notna().sum() == 2 * 40
    places = rows[["factor", "place"]].drop_duplicates().values.tolist()
    assert places == [["size", 1], ["momentum_12_1", 2]]
    shares = rows.drop_duplicates(["model", "factor"]).set_index(["model", "factor"])["share"]
    assert shares.groupby("model").sum().to_numpy() == pytest.approx(1, abs=1e-12)
    assert shares["ridge", "size"] == pytest.approx(0.75, abs=1e-12)
    for table in ("feature_importance", "shap_values"):
        changed(files, f"delete from scores.{table} where model = 'xgboost'")
    assert set(rows_of(files, "shap_summary").query("is_drawn")["model"]) == {"ridge"}
    changed(files, "update scores.feature_importance set model = 'a_new_one' where model = 'ridge'")
    first = rows_of(files, "shap_summary").query("is_drawn")["model"]
    assert set(first) == {"xgboost_pooled"}, "registered models come before others"


def test_shares_are_means_over_all_explained_rows(publish: Publish) -> None:
    # size: (0.18 x 10 + 0.09 x 30) / 40 = 0.1125; momentum then 0.9 (10 rows) and 0.03 (30).
    statement = (
        "update scores.feature_importance set mean_abs_shap = 0.9 where model = 'ridge' "
        "and factor = 'momentum_12_1' and fold_id = 'equity_2020'"
    )
    rows = rows_of(changed(publish(**EQUITY), statement), "shap_summary")
    ridge = rows[rows["model"] == "ridge"].drop_duplicates("factor").set_index("factor")["share"]
    assert ridge["size"] == pytest.approx(0.1125 / (0.1125 + 0.2475), abs=1e-12)


def test_twelve_factors_are_shown_those_that_count_most(publish: Publish) -> None:
    statement = (
        "insert into scores.feature_importance select 'xgboost', 'equity_2021', 'equity', "
        "'factor_' || i, i / 100, null, 30 from range(2, 16) as r(i)"
    )
    rows = rows_of(changed(publish(**EQUITY), statement), "shap_summary")
    places = rows.drop_duplicates("place").set_index("place")["factor"]
    assert list(places[:11]) == [f"factor_{i}" for i in range(15, 4, -1)]
    assert places.index.max() == 12
    assert places[12] == "factor_4"


def test_importance_is_averaged_over_the_models_of_a_fold(publish: Publish) -> None:
    statement = (
        "update scores.feature_importance set mean_abs_shap = 0.01 "
        "where model = 'xgboost' and factor = 'size'"
    )
    files = changed(publish(**EQUITY), statement)
    rows = rows_of(files, "importance_over_time").set_index(["fold_id", "factor"])
    assert {fold for fold, _ in rows.index} == {"equity_2020", "equity_2021"}, "none pooled"
    size = rows.xs("size", level="factor")
    assert list(size["share"]) == pytest.approx([0.75, (0.75 + 0.5) / 2], abs=1e-12)
    assert list(size["n_models"]) == [1, 2]
    assert size["permutation_importance"].iloc[0] == 0.004
    assert np.isnan(size["permutation_importance"].iloc[1])
    changed(files, "delete from scores.folds where not is_pooled")
    assert set(rows_of(files, "importance_over_time")["fold_id"]) == {"equity_2019"}


def test_a_model_that_uses_no_factor_has_no_shares(publish: Publish) -> None:
    files = changed(publish(**EQUITY), "update scores.feature_importance set mean_abs_shap = 0")
    changed(files, "delete from scores.shap_values")
    report = report_context(open_published(files), files.name)
    for name in ("shap_summary", "importance_over_time"):
        rows = rows_of(files, name)
        assert rows["share"].isna().all()
        with figure_style():
            all_figures()[name].draw(rows, report).draw_without_rendering()


FIGURES = (
    "model_rank_ic",
    "real_vs_predicted",
    "model_comparison",
    "calibration",
    "shap_summary",
    "importance_over_time",
)
TEST_DATES = "test_start_date + to_years(cast(i as integer)) as test_start_date,"


@pytest.mark.parametrize("name", FIGURES)
def test_ten_models_and_thirty_years_fit_without_touching(publish: Publish, name: str) -> None:
    files = publish(strategies=("equity_long",))
    tables = ("model_metrics", "model_diagnostics", "feature_importance")
    for table in (*(f"scores.{table}" for table in tables), "construction.labelled_scores"):
        changed(
            files,
            f"insert into {table} select * exclude (i) replace (model || '_number_' || i as model) "
            f"from {table}, range(1, 9) as r(i) where model = 'ridge'",
        )
    for table, columns, chosen in (
        ("model_metrics", TEST_DATES, "not is_overall"),
        ("folds", TEST_DATES, "not is_pooled"),
        ("feature_importance", "", "true"),
    ):
        changed(
            files,
            f"insert into scores.{table} select * exclude (i) replace ({columns} fold_id || i "
            f"as fold_id) from scores.{table}, range(2, 30) as r(i) where {chosen}",
        )
    report = report_context(open_published(files), files.name)
    with figure_style():
        figure = all_figures()[name].draw(rows_of(files, name), report)
        figure.draw_without_rendering()
    assert touching(figure) == []
    assert clipped(figure) == []


def test_years_stand_clear_of_the_mean_of_all(publish: Publish) -> None:
    files = publish()
    report = report_context(open_published(files), files.name)
    rows = rows_of(files, "model_rank_ic").query("model == 'ridge' and rank_ic == 0.03")
    for n in (2, 10, 21, 31):
        years = rows.merge(pd.DataFrame({"year": range(n)}), how="cross")
        years["fold_id"] += years["year"].astype(str)
        years["first_date"] += pd.to_timedelta(366 * years["year"], unit="D")
        with figure_style():
            figure = all_figures()["model_rank_ic"].draw(years, report)
            figure.draw_without_rendering()
        assert touching(figure) == [], n


def test_models_stand_in_the_order_of_the_registry(publish: Publish) -> None:
    files = publish(**EQUITY)
    report = report_context(open_published(files), files.name)
    names = ["composite", "ensemble", "one_of_mine", "xgboost", "ols"]
    expected = ["ols", "xgboost", "one_of_mine", "ensemble", "composite"]
    assert models_of(pd.DataFrame({"model": names}), report) == expected


def test_heaps_are_even_and_keep_to_their_line() -> None:
    offsets = heaped(np.repeat([0.0, 0.5], [40, 2]), 1.0)
    assert offsets.mean() == pytest.approx(0, abs=1e-12)
    assert np.abs(offsets).max() <= 0.42
    assert len(set(offsets[:40])) == 40
    assert len(heaped(np.array([]), 1.0)) == 0
