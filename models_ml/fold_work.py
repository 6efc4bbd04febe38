"""What is done for one fold, on one thread: fit, score by date, explain, keep."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from models_ml.artifacts import from_bytes, to_bytes
from models_ml.estimators import make_estimator
from models_ml.explaining import Background, Explanation, explain, permutation_importance
from models_ml.features import UNLEARNABLE, date_slices, unlearnable_factors, with_indicators
from models_ml.processes import on_one_thread

UNCONVERGED = "did not converge"
OF_FIT = (*UNLEARNABLE, UNCONVERGED)  # how the notes begin that hold as long as a fitted model


@dataclass(frozen=True)
class StoredModel:
    """A fitted model as bytes, and the notes on its fit, each beginning as one of `OF_FIT`."""

    artifact: bytes
    notes: list[str]


@dataclass(frozen=True, eq=False)
class Arrays:
    """A panel's arrays that a fit needs; see `models_ml.panel.Panel`.

    The ranks are of shape (factors, rows): one array, which all processes read in one place.
    """

    ranks: np.ndarray
    target: np.ndarray
    dates: np.ndarray
    is_month_end: np.ndarray

    def features(self, rows: np.ndarray) -> np.ndarray:
        """Features of the rows at some positions."""
        return with_indicators(self.ranks, rows)


@dataclass(frozen=True, eq=False)
class Scored:
    """The test rows of one asset class.

    Attributes
    ----------
    predicted : one number per test row.
    explanation : SHAP values of an even sample of the month-end rows (all rows if none is one).
    explained : positions of the explained rows among the test rows.
    permutation : shape (factors,), NaN where no label has ended.
    """

    predicted: np.ndarray
    explanation: Explanation
    explained: np.ndarray
    permutation: np.ndarray


@dataclass
class FoldResult:
    """What came of a fold: by asset class its scores, or the reason why there are none."""

    reason: str | None = None
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    scored: dict[str, Scored] = field(default_factory=dict)
    artifact: bytes | None = None


def work_on_fold(
    arrays: Arrays,
    factors: Sequence[str],
    train: np.ndarray,
    tests: Mapping[str, np.ndarray],
    row: Mapping[str, Any],
    chosen: Mapping[str, Any],
    settings: Mapping[str, Any],
    stored: StoredModel | None,
    is_kept: bool,
) -> FoldResult:
    """Fit on the training rows, or take the stored model; then score and explain the test rows.

    Parameters
    ----------
    train : positions of the training rows.
    tests : by asset class, positions of the test rows, in the order of their dates.
    chosen : hyper-parameters beside the fixed ones of the registry row.
    stored : the fitted model of an earlier run on the same inputs.
    is_kept : whether the result holds the fitted model as bytes.
    """
    result, started = FoldResult(), time.perf_counter()
    with on_one_thread(), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            fitted = None if stored is None else read(stored, row)
            is_stored = fitted is not None
            if is_stored:
                result.notes += stored.notes
            else:
                features = arrays.features(train)
                result.notes += unlearnable_factors(features, factors)
                fitted = make_estimator(row, chosen).fit(features, arrays.target[train])
                del features
            background = Background(arrays.ranks, train)
            for asset_class, rows in tests.items():
                result.scored[asset_class] = score(
                    fitted, arrays, background, rows, len(factors), row["seed"], settings
                )
            if is_kept:
                result.artifact = stored.artifact if is_stored else to_bytes(fitted)
        except Exception as error:  # one model's failure is said; the others go on
            lines = str(error).strip().splitlines() or [""]
            result.reason = f"{type(error).__name__}: {lines[0]}"
            result.scored = {}
    unconverged = {
        str(one.message).splitlines()[0]
        for one in said
        if issubclass(one.category, ConvergenceWarning)
    }
    result.notes += [f"{UNCONVERGED}: {message}" for message in sorted(unconverged)]
    for asset_class, scored in result.scored.items():
        if np.ptp(scored.predicted) == 0:
            result.notes.append(f"predicts one value for every {asset_class} name")
    result.seconds = time.perf_counter() - started
    return result


def read(stored: StoredModel, row: Mapping[str, Any]) -> Any | None:
    """The stored model; None where it cannot be read, so that it is fitted anew."""
    try:
        return from_bytes(stored.artifact, row["estimator"].partition(".")[0])
    except Exception as error:
        logging.getLogger(__name__).warning(
            "the stored model of %s cannot be read (%s: %s) and is fitted anew",
            *(row["name"], type(error).__name__, error),
        )
        return None


def score(
    fitted: Any,
    arrays: Arrays,
    background: Background,
    rows: np.ndarray,
    n_factors: int,
    seed: int,
    settings: Mapping[str, Any],
) -> Scored:
    """Predictions, SHAP values and permutation importance of the test rows of an asset class."""
    features, dates = arrays.features(rows), arrays.dates[rows]
    predicted = predict_by_date(fitted, features, dates)
    if not np.isfinite(predicted).all():
        raise ValueError(f"{(~np.isfinite(predicted)).sum()} predictions are not finite")
    on_month_ends = np.flatnonzero(arrays.is_month_end[rows])
    asked = on_month_ends if len(on_month_ends) else np.arange(len(rows))
    explanation = explain(
        fitted,
        background,
        features[asked],
        n_factors,
        max_rows=settings["explained_rows"],
        max_sampled_rows=settings["sampled_rows"],
        seed=seed,
    )
    known = on_month_ends[~np.isnan(arrays.target[rows][on_month_ends])]
    permutation = permutation_importance(
        fitted,
        features[known],
        dates[known],
        arrays.target[rows][known],
        n_factors,
        repeats=settings["permutation_repeats"],
        seed=seed,
    )
    return Scored(predicted, explanation, asked[explanation.rows], permutation)


def predict_by_date(fitted: Any, features: np.ndarray, dates: np.ndarray) -> np.ndarray:
    """Predictions, each cross-section by itself: no later date can move the last bit of one.

    Each lies row by row in memory, for the last bits depend on that as well.
    """
    parts = [
        np.ravel(fitted.predict(np.ascontiguousarray(features[rows])))
        for rows in date_slices(dates)
    ]
    return np.concatenate(parts).astype(float) if parts else np.empty(0)
