"""Folds learn only from what had ended; fits are the same bits however they are run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models_ml.fitting import FIT_COLUMNS, fit_all
from models_ml.walk_forward import inner_splits, training_rows, yearly_folds

SETTINGS = {
    "window": "expanding",
    "rolling_years": 1,
    "min_train_months": 12,
    "embargo_days": 0,
    "inner_folds": 2,
    "retune_every": 5,
}
RIDGE = {
    "name": "ridge",
    "module": "models_ml.ridge",
    "asset_classes": ["equity"],
    "seed": 7,
    "grid": {"alpha": [0.1, 10.0]},
}


@pytest.fixture
def panel() -> pd.DataFrame:
    """36 month ends x 20 names; the label of a month ends 35 days later; the last has none."""
    draws = np.random.default_rng(3)
    dates = pd.date_range("2018-01-31", periods=36, freq="ME")
    frame = pd.MultiIndex.from_product(
        [dates, [f"S{number:02d}" for number in range(20)]], names=["as_of_date", "symbol"]
    ).to_frame(index=False)
    frame["asset_class"] = "equity"
    frame["is_month_end"] = True
    frame["value"] = draws.uniform(-0.5, 0.5, len(frame))
    frame["momentum"] = np.where(draws.random(len(frame)) < 0.1, np.nan, draws.random(len(frame)))
    frame["target"] = 0.3 * frame["value"] + draws.uniform(-0.5, 0.5, len(frame))
    frame["label_end_date"] = frame["as_of_date"] + pd.Timedelta(days=35)
    unknown = frame["as_of_date"] == dates[-1]
    frame.loc[unknown, ["target", "label_end_date"]] = [np.nan, pd.NaT]
    return frame


def fitted(panel: pd.DataFrame, **changes: object) -> list[dict]:
    arguments = {"kept": None, "n_jobs": 1, **changes}
    return fit_all(
        {"equity": panel}, {"equity": ["value", "momentum"]}, [RIDGE], SETTINGS, **arguments
    )


def test_labels_that_had_not_ended_are_purged(panel: pd.DataFrame) -> None:
    first_test = pd.Timestamp("2019-01-31")
    train = panel.iloc[training_rows(panel, first_test, SETTINGS)]
    # The label of 2018-12-31 ends on 2019-02-04, that of 2018-11-30 on 2019-01-04.
    assert train["as_of_date"].max() == pd.Timestamp("2018-11-30")
    assert train["label_end_date"].max() <= first_test


def test_embargo_and_rolling_window_cut_further(panel: pd.DataFrame) -> None:
    first_test = pd.Timestamp("2020-01-31")
    settings = {**SETTINGS, "embargo_days": 30, "window": "rolling"}
    train = panel.iloc[training_rows(panel, first_test, settings)]
    assert train["as_of_date"].max() == pd.Timestamp("2019-10-31")
    assert train["as_of_date"].min() == pd.Timestamp("2019-01-31")


def test_folds_are_calendar_years_once_there_is_enough_to_learn(panel: pd.DataFrame) -> None:
    folds = yearly_folds(panel, SETTINGS)
    assert [fold.fold_id for fold in folds] == ["equity_2020"]
    assert set(panel["as_of_date"].iloc[folds[0].test].dt.year) == {2020}
    longer = yearly_folds(panel, {**SETTINGS, "min_train_months": 11})
    assert [fold.fold_id for fold in longer] == ["equity_2019", "equity_2020"]
    assert [fold.tuned_in for fold in longer] == ["equity_2019", "equity_2019"]


def test_inner_splits_are_ordered_and_purged(panel: pd.DataFrame) -> None:
    train = training_rows(panel, pd.Timestamp("2020-01-31"), SETTINGS)
    splits = inner_splits(panel, train, 2)
    assert len(splits) == 2
    for fit, validate in splits:
        first = panel["as_of_date"].iloc[validate].min()
        assert panel["label_end_date"].iloc[fit].max() <= first
        assert set(fit) <= set(train)
        assert not set(fit) & set(validate)


def test_rows_in_any_order_and_folds_side_by_side_give_the_same_bits(panel: pd.DataFrame) -> None:
    alone = fitted(panel)
    shuffled = fitted(panel.sample(frac=1, random_state=1), n_jobs=2)
    assert alone == shuffled
    assert set(alone[0]) == set(FIT_COLUMNS)


def test_unchanged_folds_are_kept_and_changed_ones_are_not(panel: pd.DataFrame) -> None:
    first = fitted(panel)
    marked = {row["fingerprint"]: {**row, "parameters": "kept"} for row in first}
    assert [row["parameters"] for row in fitted(panel, kept=marked)] == ["kept"]
    changed = panel.copy()
    changed.loc[0, "target"] += 1e-6
    assert [row["parameters"] for row in fitted(changed, kept=marked)] != ["kept"]


def test_shap_values_add_up_to_prediction_minus_base(panel: pd.DataFrame) -> None:
    (row,) = fitted(panel)
    mean_score = np.mean([score["model_score"] for score in row["scores"]])
    mean_shap = sum(item["mean_shap"] for item in row["importance"])
    train = panel.iloc[training_rows(panel, pd.Timestamp("2020-01-31"), SETTINGS)]
    assert mean_score - mean_shap == pytest.approx(train["target"].mean(), abs=1e-12)


def test_nothing_to_learn_from_is_no_error(panel: pd.DataFrame) -> None:
    assert fitted(panel.iloc[:0]) == []
    assert fitted(panel[panel["as_of_date"] < "2018-06-01"]) == []
