"""Splitters: worked by hand, their promises on drawn panels, and other libraries' splits."""

from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd
import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, TimeSeriesSplit, cross_val_score

from models_ml.splitters import CombinatorialPurgedKFold, PurgedKFold, PurgedWalkForward


def month_ends(first: str, n_dates: int, label_days: int = 35, n_names: int = 1) -> pd.DataFrame:
    """Dated rows whose labels end so many days later."""
    dates = pd.date_range(first, periods=n_dates, freq="ME").repeat(n_names)
    return pd.DataFrame(
        {"as_of_date": dates, "label_end_date": dates + pd.Timedelta(days=label_days)}
    )


def spoken(groups: pd.DataFrame, splitter: object) -> list[tuple[list[str], list[str]]]:
    """The months that are learned from and tested, split by split."""
    months = groups["as_of_date"].dt.strftime("%y-%m")
    return [
        (list(months.iloc[train]), list(months.iloc[test]))
        for train, test in splitter.split(groups, groups=groups)
    ]


def test_half_years_are_tested_once_enough_labels_have_ended() -> None:
    # The label of an October ends on 5 December, that of a November on 4 January.
    groups = month_ends("2019-09-30", 17)
    splitter = PurgedWalkForward(refit_months=6, min_train_dates=3)
    first, second, third = spoken(groups, splitter)
    assert first == (
        ["19-09", "19-10", "19-11"],
        ["20-01", "20-02", "20-03", "20-04", "20-05", "20-06"],
    )
    assert second[0][-1] == "20-05"
    assert second[1] == ["20-07", "20-08", "20-09", "20-10", "20-11", "20-12"]
    assert third[1] == ["21-01"]
    assert splitter.get_n_splits(groups, groups=groups) == 3
    assert len(spoken(groups, PurgedWalkForward(refit_months=6, min_train_dates=4))) == 2


def test_a_label_may_end_on_the_first_test_date_and_not_a_day_later() -> None:
    groups = month_ends("2019-11-30", 3, label_days=62)  # 2019-11-30 + 62 days = 2020-01-31
    splitter = PurgedWalkForward(min_train_dates=1)
    assert spoken(groups, splitter) == [(["19-11"], ["20-01"])]
    assert spoken(groups, PurgedWalkForward(min_train_dates=1, embargo_days=1)) == []
    groups["label_end_date"] += pd.Timedelta(days=1)
    assert spoken(groups, splitter) == []


def test_periods_are_counted_from_january() -> None:
    groups = month_ends("2016-01-31", 72)
    tested = [
        sorted({month[:2] for month in test})
        for _, test in spoken(groups, PurgedWalkForward(refit_months=24, min_train_dates=12))
    ]
    assert tested == [["18", "19"], ["20", "21"]]
    quarters = spoken(groups, PurgedWalkForward(refit_months=3, min_train_dates=68))
    assert [test for _, test in quarters] == [["21-10", "21-11", "21-12"]]


def test_a_rolling_window_forgets_and_an_embargo_holds_back() -> None:
    groups = month_ends("2017-01-31", 48)
    splitter = PurgedWalkForward(
        window="rolling", rolling_years=1, min_train_dates=9, embargo_days=30
    )
    # 2018 has 10 dates before its embargo: the label of 2017-11-30 ends on 2018-01-04. Of the year
    # before 2019-01-31 the first date is 2018-01-31 itself, the last one 2018-10-31.
    (_, _), (train, test), (_, _) = spoken(groups, splitter)
    assert (train[0], train[-1], test[0]) == ("18-01", "18-10", "19-01")
    assert len(train) == 10
    assert len(spoken(groups, PurgedWalkForward(min_train_dates=11, embargo_days=30))) == 2


def test_only_trainable_rows_with_ended_labels_are_learned_from_and_all_are_tested() -> None:
    groups = month_ends("2019-01-31", 24, n_names=2)
    groups["is_trainable"] = np.arange(len(groups)) % 2 == 0
    groups.loc[[0, 46], "label_end_date"] = pd.NaT
    ((train, test),) = PurgedWalkForward(min_train_dates=10).split(groups, groups=groups)
    # Of January 2019 neither row: one's label is unknown, the other is not to be learned from.
    assert list(train) == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]
    assert list(test) == list(range(24, 48))


def test_blocks_are_tested_by_the_blocks_before_them() -> None:
    splits = spoken(month_ends("2020-01-31", 7), PurgedWalkForward(n_splits=2))
    # Seven dates in three blocks: 3, 2, 2. The last date before a block has a label that runs on.
    assert splits == [
        (["20-01", "20-02"], ["20-04", "20-05"]),
        (["20-01", "20-02", "20-03", "20-04"], ["20-06", "20-07"]),
    ]


def test_a_fold_is_purged_on_both_sides_and_its_embargo_follows() -> None:
    groups = month_ends("2020-01-31", 9)
    (_, (train, test), _) = spoken(groups, PurgedKFold(3))
    # Tested: 2020-04-30 to 06-30, whose last label ends on 2020-08-04. March's label ends on
    # 05-05, inside; July starts before the last test label's end.
    assert test == ["20-04", "20-05", "20-06"]
    assert train == ["20-01", "20-02", "20-08", "20-09"]
    (_, (train, _), _) = spoken(groups, PurgedKFold(3, embargo_days=26))
    assert train == ["20-01", "20-02", "20-08", "20-09"]
    (_, (train, _), _) = spoken(groups, PurgedKFold(3, embargo_days=27))
    assert train == ["20-01", "20-02", "20-09"]


def test_a_label_that_only_touches_the_test_span_is_purged() -> None:
    groups = month_ends("2020-01-31", 7)
    groups["label_end_date"] = groups["as_of_date"] + pd.offsets.MonthEnd()
    # The label of March ends on the first test date; June starts where the last test label ends.
    assert spoken(groups, PurgedKFold(3))[1] == (["20-01", "20-02", "20-07"], ["20-04", "20-05"])


def test_combinations_are_purged_around_each_of_their_blocks() -> None:
    groups = month_ends("2020-01-31", 10)
    splits = spoken(groups, CombinatorialPurgedKFold(5, 2))
    assert len(splits) == 10
    train, test = splits[2]  # the first and the fourth block
    assert test == ["20-01", "20-02", "20-07", "20-08"]
    # March starts before February's label ends, June's ends after July has started.
    assert train == ["20-04", "20-05", "20-10"]
    train, test = splits[4]  # the second and the third
    assert test == ["20-03", "20-04", "20-05", "20-06"]
    assert train == ["20-01", "20-08", "20-09", "20-10"]


@st.composite
def panels(draw: st.DrawFn) -> pd.DataFrame:
    """Rows in any order: 4 to 40 dates a week or a month apart, 1 to 3 names, uneven labels."""
    n_dates = draw(st.integers(4, 40))
    freq = draw(st.sampled_from(["W-FRI", "ME"]))
    draws = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dates = pd.date_range("2018-01-31", periods=n_dates, freq=freq).repeat(draw(st.integers(1, 3)))
    longest = draw(st.sampled_from([0, 7, 60]))
    ends = dates + pd.to_timedelta(draws.integers(0, longest + 1, len(dates)), unit="D")
    rows = pd.DataFrame({"as_of_date": dates, "label_end_date": ends})
    rows.loc[draws.random(len(rows)) < 0.1, "label_end_date"] = pd.NaT
    rows["is_trainable"] = draws.random(len(rows)) < 0.9
    return rows.iloc[draws.permutation(len(rows))].reset_index(drop=True)


FORWARD = st.builds(
    PurgedWalkForward,
    n_splits=st.sampled_from([None, 1, 3, 5]),
    refit_months=st.sampled_from([1, 3, 6, 12, 24]),
    window=st.sampled_from(["expanding", "rolling"]),
    rolling_years=st.integers(1, 2),
    min_train_dates=st.integers(1, 12),
    embargo_days=st.sampled_from([0, 5, 30]),
)


@given(panels(), FORWARD)
@settings(max_examples=60, deadline=None)
def test_walking_forward_learns_only_from_what_had_ended(
    rows: pd.DataFrame, splitter: PurgedWalkForward
) -> None:
    tested: list[pd.Timestamp] = []
    for train, test in splitter.split(rows, groups=rows):
        learned, decided = rows.iloc[train], rows.iloc[test]
        first = decided["as_of_date"].min()
        assert len(learned) > 0
        assert learned["is_trainable"].all()
        embargo = pd.Timedelta(days=splitter.embargo_days)
        assert learned["label_end_date"].max() + embargo <= first
        assert learned["as_of_date"].max() < first
        if splitter.window == "rolling":
            oldest = first - pd.DateOffset(years=splitter.rolling_years)
            assert learned["as_of_date"].min() >= oldest
        if splitter.n_splits is None:
            assert learned["as_of_date"].nunique() >= splitter.min_train_dates
        assert not tested or max(tested) < first
        tested += list(decided["as_of_date"])
        assert len(decided) == rows["as_of_date"].isin(decided["as_of_date"]).sum()
    assert splitter.get_n_splits(groups=rows) <= (splitter.n_splits or 10**6)


@given(panels(), st.integers(2, 4), st.sampled_from([0, 5, 30]))
@settings(max_examples=60, deadline=None)
def test_k_folds_cover_all_dates_once_and_share_no_label(
    rows: pd.DataFrame, n_splits: int, embargo_days: int
) -> None:
    splits = list(PurgedKFold(n_splits, embargo_days=embargo_days).split(rows, groups=rows))
    assert len(splits) == n_splits
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(len(rows)))
    for train, test in splits:
        assert list(train) == list(np.flatnonzero(apart(rows, rows.iloc[test], embargo_days)))
    sizes = [rows["as_of_date"].iloc[test].nunique() for _, test in splits]
    assert max(sizes) - min(sizes) <= 1


@given(panels(), st.integers(3, 6), st.data(), st.sampled_from([0, 5, 30]))
@settings(max_examples=40, deadline=None)
def test_combinations_are_all_there_and_share_no_label(
    rows: pd.DataFrame, n_folds: int, data: st.DataObject, embargo_days: int
) -> None:
    n_test_folds = data.draw(st.integers(2, n_folds - 1))
    splitter = CombinatorialPurgedKFold(n_folds, n_test_folds, embargo_days=embargo_days)
    if rows["as_of_date"].nunique() < 2 * n_folds:
        with pytest.raises(ValueError, match=f"n_folds is {n_folds}"):
            list(splitter.split(rows, groups=rows))
        return
    splits = list(splitter.split(rows, groups=rows))
    assert len(splits) == splitter.get_n_splits() == comb(n_folds, n_test_folds)
    times_tested = np.bincount(np.concatenate([test for _, test in splits]))
    assert set(times_tested) == {comb(n_folds - 1, n_test_folds - 1)}
    dates = rows["as_of_date"]
    for train, test in splits:
        ordered = np.sort(dates.unique())
        is_tested = np.isin(ordered, dates.iloc[test])
        starts = np.flatnonzero(is_tested & ~np.r_[False, is_tested[:-1]])
        ends = np.flatnonzero(is_tested & ~np.r_[is_tested[1:], False])
        runs = [
            rows[(dates >= ordered[start]) & (dates <= ordered[end])]
            for start, end in zip(starts, ends, strict=True)
        ]
        expected = np.logical_and.reduce([apart(rows, run, embargo_days) for run in runs])
        assert list(train) == list(np.flatnonzero(expected))


def apart(rows: pd.DataFrame, tested: pd.DataFrame, embargo_days: int) -> pd.Series:
    """Which rows may be learned from and have labels that do not touch a run of tested dates."""
    last = pd.concat([tested["as_of_date"], tested["label_end_date"]]).max()
    before = rows["label_end_date"] < tested["as_of_date"].min()
    after = rows["as_of_date"] > last + pd.Timedelta(days=embargo_days)
    return rows["is_trainable"] & rows["label_end_date"].notna() & (before | after)


@pytest.fixture
def at_once() -> pd.DataFrame:
    """One row a date, whose label ends on it: nothing is to be purged."""
    return month_ends("2015-01-31", 61, label_days=0)


def equal(ours: list, theirs: list) -> bool:
    """The same splits, in the same order."""
    return len(ours) == len(theirs) > 0 and all(
        np.array_equal(our_train, their_train) and np.array_equal(our_test, their_test)
        for (our_train, our_test), (their_train, their_test) in zip(ours, theirs, strict=True)
    )


def test_equal_to_scikit_learn_where_labels_end_at_once(at_once: pd.DataFrame) -> None:
    rows = at_once.iloc[:60]
    ours = list(PurgedWalkForward(n_splits=5).split(rows, groups=rows))
    assert equal(ours, list(TimeSeriesSplit(5).split(rows)))
    ours = list(PurgedKFold(7).split(at_once, groups=at_once))
    assert equal(ours, list(KFold(7).split(at_once)))


def test_equal_to_skfolio_where_labels_end_at_once(at_once: pd.DataFrame) -> None:
    from skfolio.model_selection import CombinatorialPurgedCV, WalkForward

    theirs = [
        (train, np.concatenate(tests))
        for train, tests in CombinatorialPurgedCV(n_folds=6, n_test_folds=2).split(at_once)
    ]
    splitter = CombinatorialPurgedKFold(6, 2)
    assert equal(list(splitter.split(at_once, groups=at_once)), theirs)

    forward = WalkForward(test_size=12, train_size=24, expand_train=True, reduce_test=True)
    splitter = PurgedWalkForward(min_train_dates=24)
    assert equal(list(splitter.split(at_once, groups=at_once)), list(forward.split(at_once)))

    forward = WalkForward(test_size=12, train_size=24, reduce_test=True)
    splitter = PurgedWalkForward(min_train_dates=24, window="rolling", rolling_years=2)
    assert equal(list(splitter.split(at_once, groups=at_once)), list(forward.split(at_once)))


def test_labels_of_one_step_are_skfolio_s_purge_of_as_many_rows() -> None:
    """A label over the next row: one row falls before a walk-forward's test, as there."""
    from skfolio.model_selection import WalkForward

    rows = month_ends("2015-01-31", 60)
    forward = WalkForward(test_size=12, train_size=23, expand_train=True, purged_size=1)
    ours = list(PurgedWalkForward(min_train_dates=23).split(rows, groups=rows))
    assert equal(ours, list(forward.split(rows)))


@pytest.mark.parametrize(
    "splitter",
    [PurgedWalkForward(min_train_dates=12), PurgedKFold(4), CombinatorialPurgedKFold(5, 2)],
    ids=lambda splitter: type(splitter).__name__,
)
def test_works_where_scikit_learn_takes_a_splitter(splitter: object) -> None:
    rows = month_ends("2015-01-31", 48, n_names=4)
    draws = np.random.default_rng(5)
    features = draws.normal(size=(len(rows), 3))
    target = features @ [1.0, 0.5, 0.0] + draws.normal(size=len(rows))
    records = rows.to_records(index=False)
    assert repr(splitter).startswith(type(splitter).__name__)
    scores = cross_val_score(Ridge(), features, target, groups=records, cv=splitter)
    by_hand = [
        Ridge().fit(features[train], target[train]).score(features[test], target[test])
        for train, test in splitter.split(features, target, rows)
    ]
    assert scores == pytest.approx(by_hand, rel=1e-12)

    grid = {"alpha": [0.1, 1e5]}
    search = GridSearchCV(Ridge(), grid, cv=splitter).fit(features, target, groups=rows)
    assert search.best_params_ == {"alpha": 0.1}
    assert search.n_splits_ == len(scores)
    with sklearn.config_context(enable_metadata_routing=True):
        routed = GridSearchCV(Ridge(), grid, cv=splitter).fit(features, target, groups=rows)
    assert np.array_equal(
        routed.cv_results_["mean_test_score"], search.cv_results_["mean_test_score"]
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: PurgedWalkForward(refit_months=5), "refit_months is 5; allowed: 1, 2, 3, 4, 6"),
        (lambda: PurgedWalkForward(refit_months=18), "refit_months is 18; allowed"),
        (lambda: PurgedWalkForward(window="sliding"), "'sliding'; allowed: expanding, rolling"),
        (lambda: PurgedWalkForward(n_splits=0), "n_splits is 0; allowed: whole numbers from 1"),
        (lambda: PurgedWalkForward(embargo_days=-1), "embargo_days is -1"),
        (lambda: PurgedKFold(1), "n_splits is 1; allowed: whole numbers from 2"),
        (lambda: PurgedKFold(2.5), "n_splits is 2.5"),
        (lambda: CombinatorialPurgedKFold(4, 4), "n_test_folds is 4; allowed: 2 to 3"),
    ],
)
def test_settings_are_refused_by_name(make: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_rows_are_refused_with_what_is_wrong() -> None:
    rows = month_ends("2020-01-31", 3)

    def split(groups: object) -> None:
        list(PurgedKFold(2).split(rows, groups=groups))

    with pytest.raises(ValueError, match=r"\['label_end_date'\] not in \['as_of_date'\]"):
        split(rows[["as_of_date"]])
    with pytest.raises(ValueError, match="not in NoneType"):
        split(None)
    with pytest.raises(ValueError, match="1 of 3 have none"):
        split(rows.assign(as_of_date=rows["as_of_date"].where([True, False, True])))
    with pytest.raises(ValueError, match="3 of 3 do"):
        split(rows.assign(label_end_date=pd.Timestamp("2019-01-01")))
    with pytest.raises(ValueError, match="n_splits is 4, which needs 4 dates or more"):
        list(PurgedKFold(4).split(rows, groups=rows))
