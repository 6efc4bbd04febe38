"""returns_by_period, rolling_metrics, drawdowns and sharpe_bootstrap by pandas and empyrical."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.two_roads import periods
from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.test_metrics import books

CLOSE = {"relative": 1e-10, "absolute": 1e-11}


def test_years_and_months(market: Market) -> None:
    ours = pd.concat([periods.by_period(book) for book in books(market).values()])
    theirs = market.table("performance.returns_by_period")
    columns = [name for name in theirs.columns if name not in PERIOD_KEYS]
    assert not disagreements(ours, theirs, PERIOD_KEYS, columns, **CLOSE)
    assert theirs["sharpe"].isna().sum() < len(theirs) / 20


PERIOD_KEYS = ["strategy", "period", "period_end_date"]


def test_months_compound_to_years_and_years_to_the_whole(market: Market) -> None:
    found = market.query(
        """
        with parts as (
            select strategy, period, exp(sum(ln(1 + net_return))) as growth, sum(n_days) as n_days,
                sum(cost_return) as cost_return
            from performance.returns_by_period
            group by all
        )
        select parts.*, whole.nav, whole.n_whole, whole.whole_cost
        from parts
        inner join (
            select strategy, max_by(nav, date) as nav, count(*) as n_whole,
                sum(cost_return) as whole_cost
            from performance.daily_pnl
            group by strategy
        ) as whole using (strategy)
        """
    )
    assert len(found) == 2 * len(books(market))
    np.testing.assert_allclose(found["growth"], found["nav"], rtol=1e-12)
    np.testing.assert_allclose(found["cost_return"], found["whole_cost"], rtol=1e-12)
    assert (found["n_days"] == found["n_whole"]).all()


def test_rolling_windows(market: Market) -> None:
    sessions = {"equity": 252, "crypto": 365, "both": 252}
    classes = market.table("seeds.strategies").set_index("strategy")["asset_class"]
    theirs = market.table("performance.rolling_metrics")
    ours = []
    for name, book in books(market).items():
        length = sessions[classes[name]]
        full = book["date"].iloc[length - 1 :]
        assert list(theirs.loc[theirs["strategy"] == name, "date"].sort_values()) == list(full)
        if len(full):
            ours.append(periods.rolling(book, length, every=97))
    ours = pd.concat(ours)
    assert len(ours) > 60
    theirs = theirs.merge(ours[["date", "strategy"]])
    columns = [
        *("ann_return", "ann_vol", "sharpe", "sortino", "beta", "max_drawdown", "ann_turnover")
    ]
    assert not disagreements(ours, theirs, ["date", "strategy"], columns, **CLOSE)


def test_every_drawdown(market: Market) -> None:
    ours = pd.concat([periods.drawdowns(book) for book in books(market).values()])
    theirs = market.table("performance.drawdowns")
    columns = [
        *("peak_date", "recovery_date", "depth", "n_days_to_trough", "n_days_to_recovery"),
        "n_days_under_water",
    ]
    keys = ["strategy", "trough_date"]
    assert len(theirs) > 200
    assert not disagreements(ours, theirs, keys, columns, **CLOSE)
    theirs = theirs.sort_values(["strategy", "drawdown_no"])
    assert theirs.groupby("strategy")["depth"].is_monotonic_increasing.all()
    deepest = theirs[theirs["drawdown_no"] == 1].set_index("strategy")["depth"]
    lowest = market.table("performance.summary").set_index("strategy")["max_drawdown"]
    pd.testing.assert_series_equal(deepest.sort_index(), lowest.sort_index(), check_names=False)


def test_bootstrapped_intervals(market: Market) -> None:
    draws = market.table("construction.sharpe_draws")
    theirs = market.table("performance.sharpe_bootstrap").set_index("strategy")
    summary = market.table("performance.summary").set_index("strategy")
    for name, book in books(market).items():
        excess = (book["net_return"] - book["risk_free_return"]).to_numpy()
        lower, upper, deviation = periods.bootstrapped(
            excess, draws, summary.loc[name, "periods_per_year"]
        )
        row = theirs.loc[name]
        assert row["n_replicates"] == 1000
        assert (row["sharpe_lower"], row["sharpe_upper"]) == pytest.approx(
            (lower, upper), rel=1e-9, abs=1e-10
        )
        assert row["sharpe_se"] == pytest.approx(deviation, rel=1e-9)
        assert summary.loc[name, "sharpe_lower"] == row["sharpe_lower"]
