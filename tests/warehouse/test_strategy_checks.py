"""Rows of strategies that can never hold, and what is said of them."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from warehouse.seeds import read_rows, registries, seeds_folder
from warehouse.strategy_checks import (
    COLUMNS,
    LIMITS,
    Known,
    known_settings,
    row_problems,
    strategy_problems,
)

SECTORS = ("Energy", "Materials", "Utilities", "Financials")
UNIVERSE = {
    "equity": {f"E{number:02d}": SECTORS[number % 4] for number in range(40)},
    "crypto": {f"C{number:02d}": None for number in range(20)},
}
LONG_SHORT = {"side": "long_short", "gross_short": 1}
# Changes to a good row, and words of the one problem they make.
WRONG: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "side": ({"side": "neutral"}, ("side is 'neutral'", "market_neutral")),
    "weighting": ({"weighting": "erc"}, ("weighting is 'erc'", "risk_parity")),
    "rebalance": ({"rebalance": "yearly"}, ("rebalance is 'yearly'", "quarterly")),
    "no name": ({"strategy": ""}, ("has no name",)),
    "neutral, one leg": ({"side": "market_neutral"}, ("gross_short 0", "market_neutral need")),
    "hold below top": ({"hold_fraction": 0.2}, ("hold_fraction is 0.2", "top_fraction 0.3")),
    "hold above all": ({"hold_fraction": 1.1}, ("hold_fraction is 1.1", "at most at 1;")),
    "legs overlap": ({**LONG_SHORT, "hold_fraction": 0.6}, ("hold_fraction is 0.6", "0.5, so")),
    "hold no number": ({"hold_fraction": "wide"}, ("hold_fraction is 'wide'", "or empty")),
    "no turnover": ({"turnover_cap": 0}, ("turnover_cap is '0'", "above 0, or empty")),
    "band below 0": ({"no_trade_band": "-0.1"}, ("no_trade_band is '-0.1'",)),
    "participation": ({"participation_cap": "nan"}, ("participation_cap is 'nan'",)),
    "no sector": ({"sector_cap": 0.0}, ("sector_cap is '0.0'",)),
    "four sectors": ({"sector_cap": 0.2}, ("4 sectors of equity", "at most 0.8", "leg's 1")),
    "sector below min": (
        {"sector_cap": 0.3, "min_weight": 0.31, "max_weight": 0.4},
        ("min_weight 0.31", "sector_cap 0.3"),
    ),
    "daily": ({"rebalance": "daily"}, ("daily needs", "add sessions to vars: factor_dates")),
    "benchmark": ({"benchmark": "sixty"}, ("benchmark 'sixty'", "'sixty_forty'?")),
    "too few names": (
        {"top_fraction": 0.1, "max_weight": 0.1},
        ("top_fraction 0.1 of 40 equity names is 4", "Raise max_weight or top_fraction"),
    ),
    "min above gross": (
        {"asset_class": "both", "crypto_share": 0.05, "min_weight": 0.06, "sector_cap": None},
        ("min_weight 0.06 lies above the crypto leg's 0.05",),
    ),
}
RIGHT: dict[str, dict[str, Any]] = {
    "plain": {},
    "buffer": {"hold_fraction": 0.5},
    "short buffer": {**LONG_SHORT, "hold_fraction": 0.5},
    "all limits": {
        "sector_cap": 0.25,
        "turnover_cap": 0.1,
        "no_trade_band": 1e-3,
        "participation_cap": 2,
    },
    "neutral": {"side": "market_neutral", "gross_short": 1},
    "sleeves": {"score": "family_sleeves", "rebalance": "quarterly", "weighting": "risk_parity"},
    "sixty forty": {"benchmark": "sixty_forty"},
    "coins have no sectors": {"asset_class": "crypto", "crypto_share": 1, "sector_cap": 0.01},
    "numbers as text": {"top_fraction": "0.3", "turnover_cap": "0.5"},
}


@pytest.fixture(scope="module")
def known() -> Known:
    return known_settings(registries(), UNIVERSE)


@pytest.fixture(scope="module")
def good() -> dict[str, Any]:
    _, row = read_rows(seeds_folder() / "strategies.csv")[0]
    return {**row, "asset_class": "equity"}


@pytest.mark.parametrize("case", RIGHT)
def test_rows_that_may_hold(known: Known, good: dict[str, Any], case: str) -> None:
    assert row_problems({**good, **RIGHT[case]}, known) == []


@pytest.mark.parametrize("case", WRONG)
def test_rows_that_can_never_hold(known: Known, good: dict[str, Any], case: str) -> None:
    changes, words = WRONG[case]
    (problem,) = row_problems({**good, **changes}, known)
    for word in words:
        assert word in problem


def test_schedules_need_their_dates(known: Known, good: dict[str, Any]) -> None:
    for dates, refused in (
        (("month_ends",), {"weekly", "daily"}),
        (("month_ends", "week_ends"), {"daily"}),
        (("sessions",), set()),
    ):
        own = dataclasses.replace(known, factor_dates=dates)
        rhythms = ("daily", "weekly", "monthly", "quarterly")
        rows = {rhythm: row_problems({**good, "rebalance": rhythm}, own) for rhythm in rhythms}
        assert {rhythm for rhythm, problems in rows.items() if problems} == refused


def test_a_name_without_a_sector_takes_what_sectors_may_not(
    known: Known, good: dict[str, Any]
) -> None:
    tight = {**good, "sector_cap": 0.2}
    freed = {**UNIVERSE, "equity": {**UNIVERSE["equity"], "E00": None}}
    assert row_problems(tight, known)
    assert not row_problems(tight, dataclasses.replace(known, universe=freed))
    assert not row_problems(tight, dataclasses.replace(known, universe={}))


def test_a_missing_column_is_said_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = [row for _, row in read_rows(seeds_folder() / "strategies.csv")]
    costs = (seeds_folder() / "cost_models.csv").read_text()
    (tmp_path / "cost_models.csv").write_text(costs)
    with (tmp_path / "strategies.csv").open("w", newline="") as file:
        kept = [name for name in COLUMNS if name not in ("sector_cap", "aum_usd")]
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setenv("FACTORHOUSE_SEEDS", str(tmp_path))
    found = list(strategy_problems(registries(), {}))
    assert len(found) == 2
    assert "strategies.csv: the column aum_usd is missing" in found[0]
    assert "the column sector_cap is missing" in found[1]
    assert "cells may be empty" in found[1]


def test_factor_dates_that_mean_nothing_are_said() -> None:
    variables = {**registries(), "factor_dates": ["month_ends", "session"]}
    problem = next(iter(strategy_problems(variables, {})))
    assert problem.startswith("vars: factor_dates: 'session'")
    assert "'sessions'?" in problem


def test_every_column_of_the_file_is_checked() -> None:
    assert set(read_rows(seeds_folder() / "strategies.csv")[0][1]) == set(COLUMNS)
    assert set(LIMITS) < set(COLUMNS)
