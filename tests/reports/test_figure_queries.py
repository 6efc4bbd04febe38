"""What figures show, once more with pandas from the published tables of a built market."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

from reports import queries
from reports.plots import query_parameters
from tests.builds import Market
from warehouse.files import open_published

SAME = {"rtol": 1e-10, "atol": 1e-12, "check_dtype": False, "check_names": False}


@pytest.fixture(scope="module")
def published(small_market: Market) -> duckdb.DuckDBPyConnection:
    return open_published(small_market.files)


def table(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A whole published table."""
    return connection.execute(f"from {name}").df()


def shown(connection: duckdb.DuckDBPyConnection, name: str, *by: str) -> pd.DataFrame:
    """The rows of a figure, by what they are about."""
    rows = queries.frame(connection, name, query_parameters())
    assert len(rows) and not rows.duplicated([*by]).any()
    return rows.set_index([*by]).sort_index()


def test_monthly_returns_compound_the_days(published: duckdb.DuckDBPyConnection) -> None:
    rows = shown(published, "monthly_returns", "strategy", "year", "month")["net_return"]
    days = table(published, "performance.daily_pnl")
    growth = 1 + days["net_return"]
    year, month = days["date"].dt.year, days["date"].dt.month
    months = growth.groupby([days["strategy"], year, month]).prod() - 1
    years = growth.groupby([days["strategy"], year, 0 * month]).prod() - 1
    expected = pd.concat([months, years]).sort_index()
    pd.testing.assert_series_equal(rows, expected, check_index_type=False, **SAME)


def test_ic_decay_is_the_mean_of_the_dates(published: duckdb.DuckDBPyConnection) -> None:
    by = ["asset_class", "factor", "horizon"]
    rows = shown(published, "ic_decay", *by)
    ic = table(published, "analysis.factor_ic").dropna(subset="ic").groupby(by)["ic"]
    counts = ic.count()[rows.index]
    pd.testing.assert_series_equal(rows["mean_ic"], ic.mean()[rows.index], **SAME)
    pd.testing.assert_series_equal(rows["n_dates"], counts, **SAME)


def test_quantiles_are_told_from_their_mean(published: duckdb.DuckDBPyConnection) -> None:
    by = ["asset_class", "factor"]
    rows = shown(published, "quantile_returns", *by, "quantile")
    wide = rows["mean_ann"].unstack()
    stored = table(published, "analysis.factor_monotonicity").set_index(by).sort_index()
    columns = [f"mean_ann_quantile_{n}" for n in range(1, 6)]
    np.testing.assert_allclose(wide, stored[columns], rtol=1e-12)
    above = wide.sub(wide.mean(axis=1), axis=0)
    np.testing.assert_allclose(rows["above_mean"].unstack(), above, rtol=1e-9, atol=1e-13)
    spread = rows["spread_ann"].groupby(by).first()
    np.testing.assert_allclose(spread, wide[5] - wide[1], rtol=1e-9, atol=1e-13)


def test_weights_are_the_positions_at_month_ends(published: duckdb.DuckDBPyConnection) -> None:
    rows = shown(published, "weights_over_time", "strategy", "date")
    days = table(published, "performance.daily_pnl")[["strategy", "date"]]
    ends = days.groupby(["strategy", days["date"].dt.to_period("M")])["date"].max()
    held = table(published, "portfolios.positions").merge(
        ends.rename_axis(["strategy", "month"]).reset_index(), on=["strategy", "date"]
    )
    held = held[held["closing_weight"] != 0]
    books = held.groupby(["strategy", "date"])["closing_weight"]
    expected = {
        "long_weight": books.agg(lambda w: w[w > 0].sum()),
        "short_weight": books.agg(lambda w: w[w < 0].sum()),
        "long_ten_largest": books.agg(lambda w: w[w > 0].nlargest(10).sum()),
        "short_ten_largest": books.agg(lambda w: w[w < 0].nsmallest(10).sum()),
        "net_weight": books.sum(),
        "n_names": books.count(),
    }
    for column, values in expected.items():
        pd.testing.assert_series_equal(rows[column], values, **SAME)
    coins = held[held["asset_class"] == "crypto"].groupby(["strategy", "date"])["closing_weight"]
    in_coins = coins.agg(lambda w: w.abs().sum()).reindex(rows.index, fill_value=0)
    pd.testing.assert_series_equal(rows["crypto_weight"], in_coins, **SAME)


def test_sources_add_up_to_the_net_return(published: duckdb.DuckDBPyConnection) -> None:
    rows = shown(published, "attribution", "strategy", "source")["mean_ann"].unstack()
    parts = table(published, "analysis.attribution")
    about = table(published, "performance.summary").set_index("strategy")
    scale = about["periods_per_year"] / about["n_days"]
    sums = parts.groupby(["strategy", "source"])["contribution"].sum().unstack()
    expected = sums.mul(scale, axis=0).loc[rows.index]
    pd.testing.assert_frame_equal(rows[expected.columns], expected, **SAME)
    net = table(published, "performance.daily_pnl").groupby("strategy")["net_return"].sum()
    pd.testing.assert_series_equal(rows["net"], (net * scale)[rows.index], **SAME)


def test_premia_are_the_mean_of_the_days(published: duckdb.DuckDBPyConnection) -> None:
    by = ["asset_class", "factor"]
    rows = shown(published, "factor_premia", *by)
    returns = table(published, "analysis.factor_returns").dropna(subset="long_short_return")
    of_factor = returns.groupby(by)
    years = (of_factor["date"].max() - of_factor["date"].min()).dt.days / 365.25
    expected = (of_factor["long_short_return"].sum() / years)[rows.index]
    pd.testing.assert_series_equal(rows["mean_ann"], expected, **SAME)
    assert (rows["bootstrap_lower_ann"] < rows["bootstrap_upper_ann"]).all()


def test_the_curve_meets_the_capacity(published: duckdb.DuckDBPyConnection) -> None:
    rows = queries.frame(published, "capacity_curve", query_parameters())
    own = rows[np.isclose(rows["fund_usd"], rows["aum_usd"], rtol=1e-9)]
    assert len(own) == rows["strategy"].nunique() > 1
    np.testing.assert_allclose(own["net_sharpe"], own["own_net_sharpe"], rtol=1e-9)
    n_met = 0
    for name, curve in rows[rows["fund_usd"] > 0].groupby("strategy"):
        half, capacity = curve["sharpe_without_impact"].iloc[0] / 2, curve["capacity_usd"].iloc[0]
        if curve["fund_usd"].min() < capacity < curve["fund_usd"].max():
            met = np.interp(np.log(capacity), np.log(curve["fund_usd"]), curve["net_sharpe"])
            before = curve.loc[curve["fund_usd"] <= capacity, "net_sharpe"].iloc[-1]
            after = curve.loc[curve["fund_usd"] > capacity, "net_sharpe"].iloc[0]
            assert before >= half >= after, name
            assert met == pytest.approx(half, rel=0.02), name
            n_met += 1
    assert n_met > 1
