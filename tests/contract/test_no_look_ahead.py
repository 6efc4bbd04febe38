"""Nothing that was built for a date changes when later data are missing, or are nonsense."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.builds import Market, copied_project
from tests.contract.later_data import cut, grains, signals_against_books, spoil
from tests.contract.point_in_time_tables import (
    CHANGE_LATER,
    DAYS_TO_COME,
    LABELS,
    TIMELESS,
    compared_relations,
    differing,
    reads_labels,
    selection,
)

# Month ends of equities, or of both classes; `make soak` tries them all, `make test` the first.
CUT_DAYS = (date(2016, 12, 30), date(2014, 10, 31))
SPOILED_DAYS = (date(2017, 6, 30), date(2016, 12, 30))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The days that data are cut, or spoiled, after."""
    for name, days in (("cut_day", CUT_DAYS), ("spoiled_day", SPOILED_DAYS)):
        if name in metafunc.fixturenames:
            chosen = days if metafunc.config.getoption("--soak") else days[:1]
            metafunc.parametrize(name, chosen, ids=str, scope="module")


@pytest.fixture(scope="module")
def manifest(small_market: Market) -> Path:
    return small_market.target / "manifest.json"


@pytest.fixture(scope="module")
def compared(small_market: Market, manifest: Path) -> str:
    """What is compared and all it reads, in dbt's words."""
    return selection(small_market.path, manifest)


@pytest.fixture(scope="module")
def ended(
    small_raw: Market, compared: str, cut_day: date, tmp_path_factory: pytest.TempPathFactory
) -> Market:
    """What is compared, built from the data up to the day. Read it, do not change it."""
    built = small_raw.copied(tmp_path_factory.mktemp("ended"))
    cut(built.path, cut_day)
    built.models_alone("--select", compared)
    return built


def test_rows_do_not_change_when_later_data_are_cut(
    small_market: Market, ended: Market, manifest: Path, cut_day: date
) -> None:
    assert differing(small_market.path, ended.path, manifest, cut_day) == {}
    n_pairs, n_wrong = signals_against_books(small_market.path, ended.path, cut_day)
    assert n_pairs > 50
    assert n_wrong == 0


def test_rows_do_not_change_when_later_data_are_nonsense(
    small_raw: Market,
    small_market: Market,
    manifest: Path,
    compared: str,
    tmp_path: Path,
    spoiled_day: date,
) -> None:
    spoiled = small_raw.copied(tmp_path)
    spoil(spoiled.path, spoiled_day)
    spoiled.models_alone("--select", compared)

    assert differing(small_market.path, spoiled.path, manifest, spoiled_day) == {}


def test_what_is_not_compared_has_its_reason(small_market: Market, manifest: Path) -> None:
    """A table excused for its labels reads labels; no exception outlives its table."""
    built = set(grains(manifest))
    assert built >= {*CHANGE_LATER, *DAYS_TO_COME, *TIMELESS}
    excused = {relation for relation, reason in CHANGE_LATER.items() if reason == LABELS}
    assert excused <= reads_labels(manifest)
    compared = set(compared_relations(small_market.path, manifest))
    assert {"factors.custom", "analysis.factor_returns", "factors.factor_catalogue"} <= compared
    assert {"scores.folds", "scores.model_parameters", "scores.shap_values"} <= compared
    # A fold's metrics count from the day on which all its labels had ended.
    assert compared & reads_labels(manifest) == {"scores.model_metrics"}


def test_planted_future_bars_are_caught_by_name(
    small_market: Market, ended: Market, manifest: Path, tmp_path: Path, cut_day: date
) -> None:
    """A factor of the user's that reads three bars ahead, and a market regime that reads one."""
    project = copied_project(tmp_path / "project")
    models = project / "dbt_project" / "models"
    plant(
        models / "factors" / "raw" / "custom.sql",
        "{{ rows_up_to_current(sessions.month, 'bars.is_asked') }}",
        "rows between {{ sessions.month - 1 }} preceding and 3 following",
    )
    plant(
        models / "analysis" / "market_regimes.sql",
        "{{ sessions.year }} preceding and 1 preceding",
        "{{ sessions.year - 2 }} preceding and 1 following",
    )

    whole = small_market.copied(tmp_path / "whole", project=project)
    short = ended.copied(tmp_path / "short", project=project)
    for built in (whole, short):
        built.remembers(whole)
        built.models_alone("--select", "custom+,+factor_matrix market_regimes")

    assert set(differing(whole.path, short.path, manifest, cut_day)) == {
        "analysis.market_regimes",
        "factors.custom",
        "factors.factor_matrix",
        "factors.factor_values",
    }


def test_a_planted_same_day_execution_is_caught_by_name(
    small_market: Market, tmp_path: Path
) -> None:
    project = copied_project(tmp_path / "project")
    models = project / "dbt_project" / "models" / "portfolios"
    plant(
        models / "book_steps.sql",
        "rebalances.as_of_date < book_days.calendar_date",
        "rebalances.as_of_date <= book_days.calendar_date",
    )
    plant(
        models / "unit_values.sql",
        " discounted.calendar_date\n                    {% endif %}",
        " discounted.calendar_date + 1\n                    {% endif %}",
    )

    hasty = small_market.copied(tmp_path / "hasty", project=project)
    caught_by = "assert_trades_come_after_their_decision"
    selected = f"unit_values+,+{caught_by}"
    built = hasty.run("warehouse", "build", hasty.dataset, "--select", selected, check=False)
    assert built.returncode == 2
    assert caught_by in built.stdout


def plant(model: Path, sound: str, leaking: str) -> None:
    """Replace words of a model that must stand in it."""
    text = model.read_text()
    assert sound in text
    model.write_text(text.replace(sound, leaking))
