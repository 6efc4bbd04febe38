"""Which rows a refit may learn from, and which it scores."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import BaseCrossValidator

from models_ml.label_spans import LabelSpans
from models_ml.panel import Panel
from models_ml.splitters import (
    CombinatorialPurgedKFold,
    PurgedKFold,
    PurgedWalkForward,
    period_starts,
)


@dataclass(frozen=True, eq=False)
class Fold:
    """One refit: positions of its training and test rows in its panel.

    Attributes
    ----------
    period : what it scores, such as ``2015``, or ``2015_07`` where refits come within the year.
    end_date : the period's last day, whether or not the data reach it.
    train, test : integer positions into the panel.
    tuned_in : period of the fold whose hyper-parameters it uses (its own where it tunes).
    """

    period: str
    end_date: datetime.date
    train: np.ndarray
    test: np.ndarray
    tuned_in: str


@dataclass(frozen=True)
class EarlyPeriod:
    """A period before which there is too little to learn from."""

    period: str
    end_date: datetime.date
    n_train_months: int


def outer_splitter(settings: Mapping[str, Any]) -> PurgedWalkForward:
    """The splitter that makes the folds, from the walk-forward variables."""
    return PurgedWalkForward(
        refit_months=settings["refit_months"],
        window=settings["window"],
        rolling_years=settings["rolling_years"],
        min_train_dates=settings["min_train_months"],
        embargo_days=settings["embargo_days"],
    )


def inner_splitter(settings: Mapping[str, Any]) -> BaseCrossValidator:
    """The splitter that chooses hyper-parameters inside a training window."""
    kind, n_folds = settings["inner_splits"], settings["inner_folds"]
    embargo_days = settings["embargo_days"]
    if kind == "k_fold":
        return PurgedKFold(n_folds, embargo_days=embargo_days)
    if kind == "combinatorial":
        return CombinatorialPurgedKFold(n_folds, 2, embargo_days=embargo_days)
    return PurgedWalkForward(n_splits=n_folds, embargo_days=embargo_days)


def walk(panel: Panel, settings: Mapping[str, Any]) -> tuple[list[Fold], list[EarlyPeriod]]:
    """The folds of a panel in time order, and the periods that are too early for one.

    Every ``retune_every``-th fold, beginning with the first, chooses its own hyper-parameters.
    """
    splitter, groups = outer_splitter(settings), panel.spans()
    months = settings["refit_months"]
    starts = period_starts(panel.dates, months)
    folds: list[Fold] = []
    for train, test in splitter.split(None, groups=groups):
        # Month ends of two asset classes are two dates of one month.
        if n_months(panel.dates[train]) < settings["min_train_months"]:
            continue
        period, end_date = named_period(starts[test[0]], months)
        tunes = len(folds) % settings["retune_every"] == 0
        tuned_in = period if tunes else folds[-1].tuned_in
        folds.append(Fold(period, end_date, train, test, tuned_in))
    found = {fold.period for fold in folds}
    spans = LabelSpans.of(groups)
    early = []
    for start in np.unique(starts):
        period, end_date = named_period(start, months)
        if period not in found:
            first = panel.dates[starts == start].min()
            train = splitter.training_rows(spans, first)
            early.append(EarlyPeriod(period, end_date, n_months(panel.dates[train])))
    return folds, early


def n_months(dates: np.ndarray) -> int:
    """How many calendar months some dates lie in."""
    return len(np.unique(dates.astype("datetime64[M]")))


def named_period(start: np.datetime64, months: int) -> tuple[str, datetime.date]:
    """The name and last day of the period of some months that begins with a month."""
    first = pd.Timestamp(start)
    last = first + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    name = f"{first.year}" if months % 12 == 0 else f"{first.year}_{first.month:02d}"
    return name, last.date()


def inner_splits(
    panel: Panel, train: np.ndarray, settings: Mapping[str, Any]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Purged splits inside a training window, as positions into the panel; none if it is short."""
    try:
        splits = list(inner_splitter(settings).split(None, groups=panel.spans(train)))
    except ValueError:  # fewer dates than the splitter needs
        return []
    return [(train[fit], train[test]) for fit, test in splits if len(fit) and len(test)]
