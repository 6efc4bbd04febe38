"""Nothing that was built for a date changes when later data are missing, or are nonsense."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.builds import Market, copied_project
from tests.contract.later_data import cut, differing, signals_against_books, spoil

# Month ends of equities and crypto; the second of the equities alone.
DAYS = (date(2014, 10, 31), date(2016, 12, 30), date(2017, 6, 30))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_rows_do_not_change_when_later_data_are_cut(
    small_raw: Market, small_market: Market, tmp_path: Path, day: date
) -> None:
    ended = small_raw.copied(tmp_path)
    cut(ended.path, day)
    ended.models_alone()

    manifest = small_market.target / "manifest.json"
    assert differing(small_market.path, ended.path, manifest, day) == {}
    n_pairs, n_wrong = signals_against_books(small_market.path, ended.path, day)
    assert n_pairs > 50
    assert n_wrong == 0


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_rows_do_not_change_when_later_data_are_nonsense(
    small_raw: Market, small_market: Market, tmp_path: Path, day: date
) -> None:
    spoiled = small_raw.copied(tmp_path)
    spoil(spoiled.path, day)
    spoiled.models_alone()

    manifest = small_market.target / "manifest.json"
    assert differing(small_market.path, spoiled.path, manifest, day) == {}


def test_a_planted_future_bar_is_caught_by_name(
    small_raw: Market, small_market: Market, tmp_path: Path
) -> None:
    project = copied_project(tmp_path / "project")
    momentum = project / "dbt_project" / "models" / "factors" / "raw" / "momentum.sql"
    sound = momentum.read_text()
    leaking = sound.replace(
        "lag(prices_daily.adj_close, 21) over history",
        "lead(prices_daily.adj_close, 3) over history",
    )
    assert leaking != sound
    momentum.write_text(leaking)

    day = DAYS[1]
    whole = small_raw.copied(tmp_path / "whole", project=project)
    ended = small_raw.copied(tmp_path / "ended", project=project)
    cut(ended.path, day)
    for built in (whole, ended):
        built.models_alone("--select", "+factor_matrix")

    found = differing(whole.path, ended.path, small_market.target / "manifest.json", day)
    assert "factors.momentum" in found
    assert "factors.factor_values" in found
    assert "factors.size" not in found


def test_a_planted_same_day_execution_is_caught_by_name(small_raw: Market, tmp_path: Path) -> None:
    project = copied_project(tmp_path / "project")
    executions = project / "dbt_project" / "models" / "portfolios" / "executions.sql"
    sound = executions.read_text()
    leaking = sound.replace("{{ var('execution_lag_sessions') }}", "0")
    assert leaking != sound
    executions.write_text(leaking)

    hasty = small_raw.copied(tmp_path / "hasty", project=project)
    built = hasty.run("warehouse", "build", hasty.dataset, check=False)
    assert built.returncode == 2
    assert "assert_trades_come_after_their_decision" in built.stdout
