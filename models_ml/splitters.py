"""Splits of dated rows whose labels take time to end, by scikit-learn's splitter interface.

Each splitter takes ``groups``: a frame or structured array with one row per row of X and the
columns as_of_date, label_end_date (NaT where the label has not ended) and, optionally, is_trainable
(bool: may be learned from). Train and test are integer positions into the rows, ascending, in
whatever order the rows stand; all rows of a date are on one side. X and y are not looked at.

López de Prado (2018), Advances in Financial Machine Learning, chapters 7 and 12.
"""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.model_selection import BaseCrossValidator

from models_ml.label_spans import LabelSpans

Split = tuple[np.ndarray, np.ndarray]
WINDOWS = ("expanding", "rolling")


class PurgedWalkForward(BaseCrossValidator):
    """Learn from what had ended, decide on what comes next; then move on.

    A training row is trainable, older than the first test date, and its label ended by then, less
    the embargo. Test rows are all rows of the period, trainable or not.

    Parameters
    ----------
    n_splits : None tests calendar periods of ``refit_months``. A number k cuts the dates into k + 1
        blocks of nearly equal size instead, and tests each block but the first.
    refit_months : 1, 2, 3, 4, 6 or 12, counted from January, or whole years (24: the pair of years
        that starts with an even one).
    window : expanding, or rolling: nothing older than ``rolling_years`` before the first test date.
    min_train_dates : a calendar period with fewer dates to learn from is left out.
    embargo_days : calendar days between the last label learned from and the first test date.
    """

    __metadata_request__split: ClassVar = {"groups": True}

    def __init__(
        self,
        *,
        n_splits: int | None = None,
        refit_months: int = 12,
        window: str = "expanding",
        rolling_years: int = 5,
        min_train_dates: int = 36,
        embargo_days: int = 0,
    ) -> None:
        if n_splits is not None:
            check_at_least("n_splits", n_splits, 1)
        check_at_least("refit_months", refit_months, 1)
        if 12 % refit_months and refit_months % 12:
            raise ValueError(
                f"refit_months is {refit_months}; allowed: 1, 2, 3, 4, 6, 12 or a multiple of 12"
            )
        if window not in WINDOWS:
            raise ValueError(f"window is {window!r}; allowed: {', '.join(WINDOWS)}")
        check_at_least("rolling_years", rolling_years, 1)
        check_at_least("min_train_dates", min_train_dates, 1)
        check_at_least("embargo_days", embargo_days, 0)
        self.n_splits = n_splits
        self.refit_months = refit_months
        self.window = window
        self.rolling_years = rolling_years
        self.min_train_dates = min_train_dates
        self.embargo_days = embargo_days

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Split]:  # noqa: N803
        """Positions of train and test rows, period by period.

        A period without rows, or with too few dates before it, is left out, as is a block that
        nothing can be learned for.
        """
        spans = LabelSpans.of(groups)
        least = self.min_train_dates if self.n_splits is None else 1
        for block in self._test_blocks(spans.dates):
            train = self.training_rows(spans, spans.dates[block[0]])
            if spans.n_dates_of(train) >= least:
                yield train, spans.rows_on(block)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: N803
        """Number of splits of these rows; without rows, ``n_splits``."""
        if groups is None and self.n_splits is not None:
            return self.n_splits
        return sum(1 for _ in self.split(X, y, groups))

    def training_rows(self, spans: LabelSpans, first_test_date: np.datetime64) -> np.ndarray:
        """Positions of the rows to learn from for decisions from ``first_test_date`` on."""
        learnable = spans.learnable_before(first_test_date, self.embargo_days)
        if self.window == "rolling":
            start = pd.Timestamp(first_test_date) - pd.DateOffset(years=self.rolling_years)
            learnable &= spans.as_of_dates >= start.to_datetime64()
        return np.flatnonzero(learnable)

    def _test_blocks(self, dates: np.ndarray) -> list[np.ndarray]:
        """Positions of the dates of each test period."""
        numbers = np.arange(len(dates))
        if self.n_splits is not None:
            return [block for block in np.array_split(numbers, self.n_splits + 1)[1:] if len(block)]
        starts = period_starts(dates, self.refit_months)
        cuts = np.flatnonzero(starts[1:] != starts[:-1]) + 1
        return [block for block in np.split(numbers, cuts) if len(block)]


class PurgedKFold(BaseCrossValidator):
    """Each block of dates is tested by what lies before and after it, and shares no label with it.

    Parameters
    ----------
    n_splits : number of blocks of nearly equal numbers of dates, at least 2.
    embargo_days : calendar days after a block's last label that are not learned from either.
    """

    __metadata_request__split: ClassVar = {"groups": True}

    def __init__(self, n_splits: int, *, embargo_days: int = 0) -> None:
        check_at_least("n_splits", n_splits, 2)
        check_at_least("embargo_days", embargo_days, 0)
        self.n_splits = n_splits
        self.embargo_days = embargo_days

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Split]:  # noqa: N803
        """Positions of train and test rows, block by block."""
        spans = LabelSpans.of(groups)
        spans.check_dates_suffice("n_splits", self.n_splits, dates_a_block=1)
        for block in np.array_split(np.arange(len(spans.dates)), self.n_splits):
            learnable = spans.learnable_around(block, self.embargo_days)
            yield np.flatnonzero(learnable), spans.rows_on(block)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: N803
        """Number of blocks."""
        return self.n_splits


class CombinatorialPurgedKFold(BaseCrossValidator):
    """Every choice of ``n_test_folds`` among ``n_folds`` blocks of dates is tested once.

    Blocks and choices are those of skfolio's ``CombinatorialPurgedCV`` over the distinct dates (the
    last block takes the dates left over); rows are purged by their labels' spans around each block.

    Parameters
    ----------
    n_folds : number of blocks, at least 3, of at least two dates each.
    n_test_folds : how many are tested together, from 2 to ``n_folds`` - 1.
    embargo_days : calendar days after a block's last label that are not learned from either.
    """

    __metadata_request__split: ClassVar = {"groups": True}

    def __init__(self, n_folds: int, n_test_folds: int, *, embargo_days: int = 0) -> None:
        check_at_least("n_folds", n_folds, 3)
        check_at_least("n_test_folds", n_test_folds, 2)
        if n_test_folds >= n_folds:
            raise ValueError(f"n_test_folds is {n_test_folds}; allowed: 2 to {n_folds - 1}")
        check_at_least("embargo_days", embargo_days, 0)
        self.n_folds = n_folds
        self.n_test_folds = n_test_folds
        self.embargo_days = embargo_days

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Split]:  # noqa: N803
        """Positions of train and test rows, choice by choice."""
        spans = LabelSpans.of(groups)
        spans.check_dates_suffice("n_folds", self.n_folds, dates_a_block=2)
        one_row_a_date = np.empty((len(spans.dates), 1))
        for _, blocks in self._choices().split(one_row_a_date):
            masks = [spans.learnable_around(block, self.embargo_days) for block in blocks]
            test = np.concatenate([spans.rows_on(block) for block in blocks])
            yield np.flatnonzero(np.logical_and.reduce(masks)), np.sort(test)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: N803
        """Number of choices."""
        return self._choices().get_n_splits()

    def _choices(self) -> Any:
        from skfolio.model_selection import CombinatorialPurgedCV  # slow to import

        return CombinatorialPurgedCV(n_folds=self.n_folds, n_test_folds=self.n_test_folds)


def period_starts(dates: np.ndarray, refit_months: int) -> np.ndarray:
    """First month (datetime64[M]) of the period of ``refit_months`` that each date lies in."""
    january_of_year_0 = np.datetime64("0000-01", "M")
    months = (dates.astype("datetime64[M]") - january_of_year_0).astype(int)
    return january_of_year_0 + months // refit_months * refit_months


def check_at_least(name: str, value: Any, least: int) -> None:
    """Refuse what is not a whole number at or above ``least``."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {value!r}; allowed: whole numbers from {least}")
