"""Which rows a fold may train on, and which it scores."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Fold:
    """One refit: row positions of its training and test rows, and the calendar year it scores.

    Attributes
    ----------
    fold_id : asset class and year, such as ``equity_2015``.
    fold_end_date : the year's last day, whether or not the data reach it.
    train, test : integer positions into the panel the fold was made from.
    tuned_in : fold_id of the fold whose hyper-parameters it uses (its own where it tunes).
    """

    fold_id: str
    fold_end_date: datetime.date
    train: np.ndarray
    test: np.ndarray
    tuned_in: str


def yearly_folds(panel: pd.DataFrame, settings: Mapping[str, Any]) -> list[Fold]:
    """Folds of one asset class, refitted each calendar year.

    A training row is a month end whose label ended at or before the decision instant of the fold's
    first test date, less the embargo. Folds start once ``min_train_months`` such dates exist.

    Parameters
    ----------
    panel : one row per as_of_date and symbol with columns as_of_date, asset_class, is_month_end,
        label_end_date (NaT where the label has not ended) and target (NaN likewise).
    settings : window (expanding, rolling), rolling_years, min_train_months, embargo_days,
        retune_every.
    """
    if panel.empty:
        return []
    asset_class = panel["asset_class"].iloc[0]
    years = panel["as_of_date"].dt.year
    folds: list[Fold] = []
    for year in sorted(years.unique()):
        test = np.flatnonzero((years == year).to_numpy())
        first_test_date = panel["as_of_date"].iloc[test].min()
        train = training_rows(panel, first_test_date, settings)
        if panel["as_of_date"].iloc[train].nunique() < settings["min_train_months"]:
            continue
        fold_id = f"{asset_class}_{year}"
        tunes = len(folds) % settings["retune_every"] == 0
        folds.append(
            Fold(
                fold_id=fold_id,
                fold_end_date=datetime.date(int(year), 12, 31),
                train=train,
                test=test,
                tuned_in=fold_id if tunes else folds[-1].tuned_in,
            )
        )
    return folds


def training_rows(
    panel: pd.DataFrame, first_test_date: pd.Timestamp, settings: Mapping[str, Any]
) -> np.ndarray:
    """Positions of the rows to learn from before the first test date: purged, embargoed."""
    last_label_end = first_test_date - pd.Timedelta(days=settings["embargo_days"])
    usable = (
        panel["is_month_end"]
        & panel["target"].notna()
        & (panel["label_end_date"] <= last_label_end)
        & (panel["as_of_date"] < first_test_date)
    )
    if settings["window"] == "rolling":
        start = first_test_date - pd.DateOffset(years=settings["rolling_years"])
        usable &= panel["as_of_date"] >= start
    return np.flatnonzero(usable.to_numpy())


def inner_splits(
    panel: pd.DataFrame, train: np.ndarray, n_splits: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Purged, time-ordered splits inside a training window, for choosing hyper-parameters.

    The window's dates are cut into ``n_splits + 1`` blocks; each block but the first is validated
    by the rows of the blocks before it whose labels ended by the block's first date.
    """
    dates = panel["as_of_date"].to_numpy()[train]
    label_ends = panel["label_end_date"].to_numpy()[train]
    blocks = np.array_split(np.unique(dates), n_splits + 1)
    splits = []
    for block in blocks[1:]:
        if not len(block):
            continue
        fit = train[(label_ends <= block[0]) & (dates < block[0])]
        validate = train[(dates >= block[0]) & (dates <= block[-1])]
        if len(fit) and len(validate):
            splits.append((fit, validate))
    return splits
