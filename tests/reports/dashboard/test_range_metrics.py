"""Metrics of a range of days, by SQL, against performance.summary, pandas and empyrical."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import empyrical
import numpy as np
import pandas as pd
import pytest
from scipy.stats import kurtosis, norm, skew
from streamlit.testing.v1 import AppTest

from reports import queries
from tests.reports.dashboard.conftest import sound

FIRST, LAST = date(2014, 3, 1), date(2016, 8, 31)
EVER = {"first_date": "1900-01-01", "last_date": "2999-12-31"}


def metrics(
    connection: duckdb.DuckDBPyConnection, strategies: list[str], series: str, **days: str
) -> pd.DataFrame:
    given = {"strategies": strategies, "series": series, "books": "performance", **days}
    return queries.frame(connection, "dashboard/strategies_metrics", given).set_index("strategy")


def daily(
    connection: duckdb.DuckDBPyConnection, strategy: str, first: date = FIRST
) -> pd.DataFrame:
    return (
        connection.execute(
            "select * from performance.daily_pnl where strategy = ? and date between ? and ? "
            "order by date",
            [strategy, first, LAST],
        )
        .df()
        .set_index("date")
    )


def test_all_days_give_the_summary(published: duckdb.DuckDBPyConnection) -> None:
    summary = published.execute("select * from performance.summary").df().set_index("strategy")
    found = metrics(published, list(summary.index), "net", **EVER).loc[summary.index]
    for name in found.columns:
        if found[name].dtype == "float64":
            np.testing.assert_allclose(
                found[name].to_numpy(),
                summary[name].to_numpy(dtype=float),
                rtol=1e-10,
                atol=1e-12,
                err_msg=name,
            )
        else:
            assert list(found[name]) == list(summary[name]), name


@pytest.mark.parametrize("strategy", ["equity_momentum_long", "crypto_composite_long"])
@pytest.mark.parametrize("series", ["net", "gross"])
def test_a_range_agrees_with_empyrical(
    published: duckdb.DuckDBPyConnection, strategy: str, series: str
) -> None:
    found = metrics(
        published, [strategy], series, first_date=FIRST.isoformat(), last_date=LAST.isoformat()
    ).loc[strategy]
    rows = daily(published, strategy)
    if series == "gross":
        returns = rows["net_return"] + rows["cost_return"] + rows["borrow_return"]
    else:
        returns = rows["net_return"]
    risk_free, benchmark = rows["risk_free_return"], rows["benchmark_return"]
    a = len(rows) / ((rows.index[-1] - rows.index[0]).days / 365.25)
    excess, benchmark_excess = returns - risk_free, benchmark - risk_free
    expected = {
        "n_days": len(rows),
        "ann_return": empyrical.annual_return(returns, annualization=a),
        "ann_vol": empyrical.annual_volatility(returns, annualization=a),
        "sharpe": empyrical.sharpe_ratio(returns, risk_free, annualization=a),
        "sortino": empyrical.sortino_ratio(returns, risk_free, annualization=a),
        "max_drawdown": empyrical.max_drawdown(returns),
        "calmar": empyrical.calmar_ratio(returns, annualization=a),
        "beta": empyrical.beta(excess, benchmark_excess),
        "alpha_ann": empyrical.alpha(excess, benchmark_excess, annualization=a),
        "information_ratio": empyrical.excess_sharpe(returns, benchmark) * np.sqrt(a),
        "hit_rate": (returns > 1e-12).mean(),
        "ann_turnover": a * rows["turnover"].mean(),
    }
    assert excess.std() > 0 and benchmark_excess.std() > 0
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-10, abs=1e-12), name


def test_luck_of_a_range_agrees_with_scipy(published: duckdb.DuckDBPyConnection) -> None:
    strategy = "equity_composite_long"
    found = metrics(
        published, [strategy], "net", first_date=FIRST.isoformat(), last_date=LAST.isoformat()
    ).loc[strategy]
    rows = daily(published, strategy)
    excess = rows["net_return"] - rows["risk_free_return"]
    a = len(rows) / ((rows.index[-1] - rows.index[0]).days / 365.25)
    sharpe = excess.mean() / excess.std()
    width = np.sqrt(
        1 - skew(excess) * sharpe + (kurtosis(excess, fisher=False) - 1) / 4 * sharpe**2
    )
    highest, n_trials = published.execute(
        "select expected_max_sharpe, n_trials from performance.luck where strategy = ?", [strategy]
    ).fetchall()[0]
    z = np.sqrt(len(rows) - 1) / width
    assert found["psr"] == pytest.approx(norm.cdf(sharpe * z), abs=1e-12)
    assert found["dsr"] == pytest.approx(norm.cdf((sharpe - highest / np.sqrt(a)) * z), abs=1e-12)
    assert found["n_trials"] == n_trials


def test_growth_of_a_range_starts_at_its_first_day(published: duckdb.DuckDBPyConnection) -> None:
    strategy = "equity_momentum_long"
    losses = daily(published, strategy)["net_return"]
    first = losses[losses < 0].index[0].date()  # the range begins below what it began with
    given = {"strategies": [strategy], "series": "net", "books": "performance"}
    given |= {"first_date": first, "last_date": LAST}
    by_day, by_week = (
        queries.frame(published, "dashboard/strategies_growth", {**given, "bucket": bucket})
        for bucket in ("day", "week")
    )
    rows = daily(published, strategy, first)
    expected = (1 + rows["net_return"]).cumprod()
    np.testing.assert_allclose(by_day["growth"], expected, rtol=1e-10)
    np.testing.assert_allclose(
        by_day["drawdown"], expected / np.maximum(expected.cummax(), 1) - 1, rtol=1e-9, atol=1e-12
    )
    assert by_week["growth"].iloc[-1] == by_day["growth"].iloc[-1]
    assert by_week["drawdown"].min() == by_day["drawdown"].min()
    assert len(by_week) < len(by_day) / 4


def test_the_page_shows_the_range_and_warns_of_it(
    page: Callable[..., AppTest], published: duckdb.DuckDBPyConnection
) -> None:
    app = page("strategies")
    assert not app.main.warning, "all days were not chosen after looking"
    app.button_group(key="strategies_range").set_value("Own dates")
    sound(app.run())
    app.date_input(key="strategies_from").set_value(FIRST)
    app.date_input(key="strategies_to").set_value(LAST)
    app.button_group(key="strategies_series").set_value("gross")
    app.toggle(key="strategies_log").set_value(True)
    app.selectbox(key="strategies_benchmark").set_value("both_composite_long")
    sound(app.run())
    shown = next(f.value for f in app.dataframe if "dsr" in f.value).set_index("strategy")
    expected = metrics(
        published, list(shown.index), "gross", first_date=str(FIRST), last_date=str(LAST)
    )
    pd.testing.assert_frame_equal(shown, expected)
    assert "upper bounds" in app.main.warning[0].value


def test_too_short_a_range_has_no_metric_that_divides_by_nothing(
    published: duckdb.DuckDBPyConnection,
) -> None:
    day = str(daily(published, "equity_momentum_long").index[0].date())
    found = metrics(published, ["equity_momentum_long"], "net", first_date=day, last_date=day)
    assert found["n_days"].tolist() == [1]
    assert found[["ann_return", "sharpe", "psr", "dsr"]].isna().all(axis=None)
