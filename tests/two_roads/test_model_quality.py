"""The tables that judge scores against pandas, scipy, numpy and statsmodels.

Of every registered model in ``make soak``, of the quick ones in ``make test``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd
import pytest

from tests.builds import Market as Built
from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.model_quality import by_date, diagnostics, ensemble, judged, metrics

TESTED = ["rank_ic", "rank_ic_se", "rank_ic_t_stat", "rank_ic_critical_value", "rank_ic_p_value"]
TESTED += ["rank_ic_over_composite", "rank_ic_over_composite_t_stat"]
TESTED += ["spread_top_bottom", "spread_se", "spread_t_stat"]
COUNTED = ["n_dates", "n_ranked_dates", "n_test"]


@pytest.fixture(scope="module")
def scored(demo_market: Built) -> Iterator[Market]:
    """The demo market with the models that it fits."""
    opened = Market(demo_market.published)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def rows(scored: Market) -> pd.DataFrame:
    return judged(scored)


@pytest.fixture(scope="module")
def days(rows: pd.DataFrame) -> pd.DataFrame:
    return by_date(rows)


def test_the_ensemble_is_the_mean_of_z_scores(scored):
    theirs = scored.table("scores.model_scores")
    fitted = set(scored.table("scores.model_fits")["model"])
    assert len(fitted) >= 5
    assert set(theirs["model"]) == fitted | {"ensemble"}
    theirs = theirs[theirs["model"] == "ensemble"]
    keys = ["as_of_date", "symbol"]
    columns = ["asset_class", "fold_id", "model_score"]
    assert not disagreements(ensemble(scored), theirs, keys, columns, relative=1e-9, absolute=1e-10)


def test_every_month_end_is_scipys(scored, days):
    theirs = scored.table("scores.model_ic")
    columns = ["fold_id", "ic", "rank_ic", "squared_error", "squared_target"]
    columns += ["hit_rate_top_fifth", "spread_top_bottom", "n_names"]
    keys = ["model", "asset_class", "as_of_date"]
    assert {"ensemble", "composite", "ridge"} <= set(theirs["model"])
    assert not disagreements(days, theirs, keys, columns, relative=1e-9, absolute=1e-10)


def test_metrics_and_their_errors_are_pandas_and_statsmodels(scored, days):
    theirs = scored.table("scores.model_metrics")
    # A fold none of whose labels has ended has a row, and nothing to say.
    silent = theirs[theirs["n_dates"] == 0]
    assert silent[[*TESTED, "ic", "r2_oos"]].isna().all(axis=None)
    theirs = theirs[theirs["n_dates"] > 0]
    assert theirs["is_overall"].sum() >= 12
    assert theirs["rank_ic_t_stat"].notna().sum() > 50
    columns = [*TESTED, "ic", "r2_oos", "hit_rate_top_fifth", *COUNTED]
    assert not disagreements(
        metrics(days), theirs, ["model", "fold_id"], columns, relative=1e-8, absolute=1e-10
    )


def test_spans_are_those_of_the_fits(scored):
    fits = scored.table("scores.model_fits", "* exclude (scores, importance, shap_sample, tuning)")
    fits = fits[fits["status"] == "fitted"]
    theirs = scored.table("scores.model_metrics")
    columns = ["train_start_date", "train_end_date", "train_label_end_date"]
    columns += ["test_start_date", "test_end_date", "n_train", "parameters"]
    by_fold = theirs[~theirs["is_overall"] & ~theirs["model"].isin(["ensemble", "composite"])]
    assert not disagreements(fits, by_fold, ["model", "fold_id"], columns, relative=0)
    trained = theirs[theirs["is_overall"] & (theirs["model"] == "ridge")]
    for row in trained.itertuples():
        own = fits[(fits["model"] == "ridge") & (fits["asset_class"] == row.asset_class)]
        assert row.test_start_date == own["test_start_date"].min()
        assert row.test_end_date == own["test_end_date"].max()
        assert row.train_label_end_date == own["train_label_end_date"].max()


def test_tenths_and_calibration_are_numpys_and_statsmodels(scored, rows):
    theirs = scored.table("scores.model_diagnostics")
    columns = ["n_rows", "mean_score", "mean_target", "mean_fwd_ret", "mean_residual"]
    columns += ["std_residual", "calibration_slope", "calibration_intercept"]
    columns += ["calibration_slope_se"]
    keys = ["model", "asset_class", "bin"]
    assert theirs["calibration_slope_se"].notna().sum() >= 10
    assert not disagreements(
        diagnostics(rows), theirs, keys, columns, relative=1e-7, absolute=1e-10
    )


def test_hyper_parameters_are_those_of_the_json(scored):
    fits = scored.table("scores.model_fits", "model, fold_id, status, parameters, tuning, n_tried")
    ours = []
    for fit in fits[fits["status"] == "fitted"].itertuples():
        chosen = [point for point in fit.tuning if point["is_chosen"]]
        for name, value in json.loads(fit.parameters).items():
            text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            validated = chosen[0]["validation_rank_ic"] if chosen else None
            ours.append((fit.model, fit.fold_id, name, text, validated, fit.n_tried))
    columns = ["model", "fold_id", "parameter", "value", "validation_rank_ic", "n_tried"]
    assert len(ours) > 50
    assert not disagreements(
        pd.DataFrame(ours, columns=columns),
        scored.table("scores.model_parameters"),
        columns[:3],
        columns[3:],
        relative=1e-12,
    )
