"""Settings of the walk-forward that no fold can be made with are refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from warehouse.seeds import registries
from warehouse.walk_forward_checks import walk_forward_problems

WRONG = {
    "horizon without labels": (
        {"horizon": {"equity": 22, "crypto": 30}},
        "horizon of equity is '22'; labels are computed for 1, 5, 21, 63 sessions",
    ),
    "horizon of one class": ({"horizon": {"equity": 21}}, "horizon of crypto is 'None'"),
    "horizon of no class": (
        {"horizon": {"equity": 21, "crypto": 30, "bonds": 21}},
        "horizon has 'bonds'; asset classes with horizons are equity, crypto",
    ),
    "one horizon for all": ({"horizon": 21}, "horizon is '21'; it must be a mapping of equity"),
    "horizon in words": ({"horizon": {"equity": "21", "crypto": 30}}, "horizon of equity is '21'"),
    "no training": ({"min_train_months": 0}, "min_train_months is '0'; it must be a whole number"),
    "embargo before the end": ({"embargo_days": -1}, "embargo_days is '-1'"),
    "half a fold": ({"inner_folds": 1.5}, "inner_folds is '1.5'"),
    "tuned never": ({"retune_every": 0}, "retune_every is '0'"),
    "years in words": ({"rolling_years": "five"}, "rolling_years is 'five'"),
    "refits across years": ({"refit_months": 5}, "refit_months is '5'; allowed are 1, 2, 3, 4, 6"),
    "too few blocks": (
        {"inner_splits": "combinatorial", "inner_folds": 2},
        "inner_folds is '2'; inner_splits combinatorial needs at least 3",
    ),
    "nothing explained": ({"explained_rows": 0}, "explained_rows is '0'"),
    "yes": ({"retune_every": True}, "retune_every is 'True'"),
}


def problems(**changes: Any) -> list[str]:
    variables = registries()
    settings = {**variables["walk_forward"], **changes}
    return list(walk_forward_problems({**variables, "walk_forward": settings}))


def test_the_settings_as_they_stand_work() -> None:
    assert problems() == []


def test_any_horizon_with_labels_works() -> None:
    assert problems(horizon={"equity": 63, "crypto": 7}) == []
    assert problems(refit_months=24, inner_splits="k_fold", inner_folds=2) == []


@pytest.mark.parametrize("case", WRONG)
def test_settings_that_cannot_work_are_named(case: str) -> None:
    changes, said = WRONG[case]
    found = problems(**changes)
    assert len(found) == 1
    assert said in found[0]
