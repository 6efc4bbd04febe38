"""Cost models and cost variables that can never hold are refused by file, row and name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from warehouse.cost_checks import cost_problems, cost_variable_problems
from warehouse.seeds import registries

COLUMNS = [
    "cost_model",
    "asset_class",
    "min_dollar_volume_usd",
    "commission_bps",
    "half_spread_bps",
    "impact_law",
    "impact_coefficient",
    "borrow_bps_ann",
    "funding_bps_ann",
]
TIERS = [
    ["mine", "equity", "0", "1", "8", "square_root", "0.7", "50", "0"],
    ["mine", "equity", "1000000", "1", "4", "square_root", "0.7", "50", "0"],
]
WRONG = {
    "no name": (3, {"cost_model": ""}, "row 3 (without a name): it has no name"),
    "no class": (
        3,
        {"asset_class": "equities"},
        "row 3 (mine): asset_class is 'equities'; allowed are equity, crypto.",
    ),
    "no law": (
        2,
        {"impact_law": "squareroot"},
        "row 2 (mine): impact_law is 'squareroot'; allowed are none, square_root, almgren",
    ),
    "no number": (3, {"half_spread_bps": "four"}, "row 3 (mine): half_spread_bps is 'four'"),
    "empty": (3, {"funding_bps_ann": ""}, "row 3 (mine): funding_bps_ann is ''"),
    "below 0": (3, {"commission_bps": "-1"}, "row 3 (mine): commission_bps is '-1'"),
    "not finite": (3, {"borrow_bps_ann": "inf"}, "row 3 (mine): borrow_bps_ann is 'inf'"),
    "tier below 0": (3, {"min_dollar_volume_usd": "-1"}, "min_dollar_volume_usd is '-1'"),
    "tier twice": (
        3,
        {"min_dollar_volume_usd": "0.0"},
        "row 3 (mine): the equity tier from 0.0 stands in row 2 too. Delete one",
    ),
    "nothing for the least liquid": (
        2,
        {"min_dollar_volume_usd": "500"},
        "row 2 (mine): no equity tier begins at 0, so names that trade less than 500 USD",
    ),
    "two fees": (
        3,
        {"borrow_bps_ann": "60"},
        "row 3 (mine): borrow_bps_ann is 60, and 50 in row 2: it must be the same in all tiers",
    ),
    "two fundings": (3, {"funding_bps_ann": "9"}, "row 3 (mine): funding_bps_ann is 9, and 0"),
}
WRONG_VARIABLES = {
    "no grid": ({"cost_grid_bps": []}, "cost_grid_bps is []; it must be a list"),
    "one number": ({"aum_grid_usd": 1e6}, "aum_grid_usd is 1000000.0; it must be a list"),
    "in words": ({"aum_grid_usd": ["much"]}, "aum_grid_usd is ['much']"),
    "below 0": ({"cost_grid_bps": [-5]}, "cost_grid_bps is [-5]"),
    "twice": ({"cost_grid_bps": [5, 5.0]}, "cost_grid_bps is [5, 5.0]; a number stands twice"),
    "no draw": ({"slippage": {"draws": 0}}, "slippage.draws is 0; it must be a whole number"),
    "half a draw": ({"slippage": {"draws": 1.5}}, "slippage.draws is 1.5"),
    "no spread": ({"slippage": {"daily_sigma": -1}}, "slippage.daily_sigma is -1"),
    "no coefficient": (
        {"impact_coefficients": {"almgren": None}},
        "impact_coefficients.almgren is None",
    ),
}


def problems(folder: Path, rows: list[list[str]], columns: list[str] = COLUMNS) -> list[str]:
    with (folder / "cost_models.csv").open("w", newline="") as seed:
        csv.writer(seed).writerows([columns, *rows])
    return list(cost_problems())


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACTORHOUSE_SEEDS", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("case", WRONG)
def test_rows_that_can_never_hold_are_refused(seeds: Path, case: str) -> None:
    line, changes, words = WRONG[case]
    rows = [list(row) for row in TIERS]
    for column, value in changes.items():
        rows[line - 2][COLUMNS.index(column)] = value
    found = problems(seeds, rows)
    assert len(found) == 1, found
    assert words in found[0]
    assert found[0].startswith("cost_models.csv, row ")


def test_a_file_of_before_the_tiers_is_told_which_columns_it_lacks(seeds: Path) -> None:
    old = "cost_model,asset_class,commission_bps,half_spread_bps,impact_coefficient,borrow_bps_ann"
    found = problems(seeds, [["mine", "equity", "1", "4", "0.7", "50"]], old.split(","))
    assert len(found) == 1
    assert "no column impact_law, min_dollar_volume_usd, funding_bps_ann" in found[0]


def test_sound_rows_and_the_projects_own_are_accepted(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not problems(seeds, TIERS)
    monkeypatch.delenv("FACTORHOUSE_SEEDS")
    assert not list(cost_problems())
    assert not list(cost_variable_problems(registries()))


@pytest.mark.parametrize("case", WRONG_VARIABLES)
def test_variables_of_the_costs_are_checked(case: str) -> None:
    changes, words = WRONG_VARIABLES[case]
    found = list(cost_variable_problems({**registries(), **changes}))
    assert len(found) == 1, found
    assert words in found[0]
