"""Which rows a fold may train on, and which it scores."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models_ml.label_spans import LabelSpans
from models_ml.splitters import PurgedWalkForward, period_starts


@dataclass(frozen=True)
class Fold:
    """One refit: row positions of its training and test rows, and the period it scores.

    Attributes
    ----------
    fold_id : asset class and year, such as ``equity_2015``; of periods shorter than a year their
        first month too, such as ``equity_2015_07``.
    fold_end_date : the period's last day, whether or not the data reach it.
    train, test : integer positions into the panel the fold was made from.
    tuned_in : fold_id of the fold whose hyper-parameters it uses (its own where it tunes).
    """

    fold_id: str
    fold_end_date: datetime.date
    train: np.ndarray
    test: np.ndarray
    tuned_in: str


def yearly_folds(panel: pd.DataFrame, settings: Mapping[str, Any]) -> list[Fold]:
    """Folds of one asset class, refitted each calendar year, or as ``refit_months`` says.

    A training row is a month end whose label ended at or before the decision instant of the fold's
    first test date, less the embargo. Folds start once ``min_train_months`` such dates exist.

    Parameters
    ----------
    panel : one row per as_of_date and symbol with columns as_of_date, asset_class, is_month_end,
        label_end_date (NaT where the label has not ended) and target (NaN likewise).
    settings : window (expanding, rolling), rolling_years, min_train_months, embargo_days,
        retune_every and, where it is not 12, refit_months.
    """
    if panel.empty:
        return []
    asset_class = panel["asset_class"].iloc[0]
    splitter = walk_forward(settings)
    folds: list[Fold] = []
    for train, test in splitter.split(panel, groups=training_groups(panel)):
        first_test_date = panel["as_of_date"].iloc[test].to_numpy().min()
        start = period_starts(first_test_date, splitter.refit_months)
        end = (start + splitter.refit_months).astype("datetime64[D]") - 1
        month = "" if splitter.refit_months >= 12 else f"_{start.item():%m}"
        fold_id = f"{asset_class}_{start.item():%Y}{month}"
        tunes = len(folds) % settings["retune_every"] == 0
        folds.append(
            Fold(fold_id, end.item(), train, test, fold_id if tunes else folds[-1].tuned_in)
        )
    return folds


def walk_forward(settings: Mapping[str, Any]) -> PurgedWalkForward:
    """The splitter that the walk-forward variables describe."""
    return PurgedWalkForward(
        refit_months=settings.get("refit_months", 12),
        window=settings["window"],
        rolling_years=settings["rolling_years"],
        min_train_dates=settings["min_train_months"],
        embargo_days=settings["embargo_days"],
    )


def training_groups(panel: pd.DataFrame) -> pd.DataFrame:
    """What the splitters ask of a panel: month ends with a target may be learned from."""
    groups = panel[["as_of_date", "label_end_date"]]
    return groups.assign(is_trainable=panel["is_month_end"] & panel["target"].notna())


def training_rows(
    panel: pd.DataFrame, first_test_date: pd.Timestamp, settings: Mapping[str, Any]
) -> np.ndarray:
    """Positions of the rows to learn from before the first test date: purged, embargoed."""
    spans = LabelSpans.of(training_groups(panel))
    return walk_forward(settings).training_rows(spans, first_test_date.to_datetime64())


def inner_splits(
    panel: pd.DataFrame, train: np.ndarray, n_splits: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Purged, time-ordered splits inside a training window, for choosing hyper-parameters.

    The window's dates are cut into ``n_splits + 1`` blocks; each block but the first is validated
    by the rows of the blocks before it whose labels ended by the block's first date.
    """
    window = panel.iloc[train][["as_of_date", "label_end_date"]]
    splits = PurgedWalkForward(n_splits=n_splits).split(window, groups=window)
    return [(train[fit], train[validate]) for fit, validate in splits]
