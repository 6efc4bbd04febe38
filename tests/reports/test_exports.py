"""Exported books and factors are the warehouse's numbers, as pyfolio and alphalens compute them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import matplotlib
import numpy as np
import pandas as pd
import pytest
from alphalens import performance

from reports.errors import ReportsError
from reports.exports import Book, book, factor_data
from reports.exports.books import strategies
from reports.exports.closes import close_times
from reports.exports.factors import factors
from tests.builds import Market
from tests.two_roads.metrics import empyrical_quietly
from warehouse.files import open_published

matplotlib.use("Agg")
CLOSE = {"rtol": 1e-10, "atol": 1e-10}
STRATEGIES = (
    *("equity_composite_long_short", "equity_momentum_patient", "equity_ridge_long"),
    *("crypto_risk_parity", "both_composite_sixty_forty"),
)
FACTORS = (
    *(("equity", "momentum_12_1"), ("equity", "size"), ("equity", "accruals")),
    *(("crypto", "momentum_3w"), ("crypto", "amihud_1m")),
)


@pytest.fixture(scope="module")
def published(small_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(small_market.files) as connection:
        yield connection


@pytest.fixture(scope="module")
def books(published: duckdb.DuckDBPyConnection) -> dict[str, Book]:
    """Long, long and short, patient, with delistings, of every calendar."""
    return {strategy: book(published, strategy) for strategy in STRATEGIES}


def daily_table(published: duckdb.DuckDBPyConnection, strategy: str) -> pd.DataFrame:
    """The strategy's rows of performance.daily_pnl, on their dates in UTC."""
    rows = published.execute(
        "select * from performance.daily_pnl where strategy = $1 order by date", [strategy]
    ).df()
    return rows.set_index(pd.DatetimeIndex(rows["date"]).tz_localize("UTC"))


def test_statistics_of_the_returns_are_those_of_the_summary(published, books):
    empyrical = empyrical_quietly()
    summary = published.execute("select * from performance.summary").df().set_index("strategy")
    assert set(summary.index) == set(strategies(published))
    for strategy, of_strategy in books.items():
        daily, row = of_strategy.returns, summary.loc[strategy]
        passed = {"annualization": row["periods_per_year"]}
        excess = daily["returns"] - daily["risk_free"]
        market = daily["benchmark"] - daily["risk_free"]
        found = {
            "ann_return": empyrical.annual_return(daily["returns"], **passed),
            "ann_vol": empyrical.annual_volatility(daily["returns"], **passed),
            "sharpe": empyrical.sharpe_ratio(excess, **passed),
            "sortino": empyrical.sortino_ratio(excess, **passed),
            "max_drawdown": empyrical.max_drawdown(daily["returns"]),
            "calmar": empyrical.calmar_ratio(daily["returns"], **passed),
        }
        if pd.notna(row["beta"]):
            found["beta"] = empyrical.beta(excess, market)
        theirs = pd.Series(found)
        ours = row[theirs.index].astype(float)
        np.testing.assert_allclose(theirs, ours, **CLOSE, err_msg=strategy)


def test_positions_add_up_to_what_the_book_is_worth(published, books):
    funds = dict(published.execute("select strategy, aum_usd from seeds.strategies").fetchall())
    for strategy, of_strategy in books.items():
        worth = daily_table(published, strategy)["nav"] * funds[strategy]
        total = of_strategy.positions.sum(axis=1)
        pd.testing.assert_index_equal(total.index, worth.index, check_names=False)
        np.testing.assert_allclose(total, worth, rtol=1e-12, err_msg=strategy)


def test_transactions_rebuild_the_positions(books):
    for strategy, of_strategy in books.items():
        held = of_strategy.positions.drop(columns="cash")
        trades = of_strategy.transactions
        bought = trades.groupby([trades.index.normalize(), "symbol"])["amount"].sum().unstack()
        units = bought.reindex(held.index).fillna(0).cumsum()
        prices = of_strategy.prices[units.columns].fillna(0)
        rebuilt = (units * prices).reindex(columns=held.columns, fill_value=0.0)
        worth = of_strategy.positions.sum(axis=1).max()
        assert np.abs(rebuilt - held).to_numpy().max() < 1e-10 * worth, strategy


def test_cash_is_what_trades_interest_and_fees_leave(books):
    for strategy, of_strategy in books.items():
        daily, cash = of_strategy.returns, of_strategy.positions["cash"]
        trades = of_strategy.transactions
        opening = of_strategy.positions.sum(axis=1).shift(1)
        paid = trades["value_usd"].groupby(trades.index.normalize()).sum()
        expected = (
            cash.shift(1) * (1 + daily["risk_free"])
            - paid.reindex(cash.index).fillna(0)
            - (daily["cost"] + daily["borrow"]) * opening
        )
        assert np.abs(expected - cash).iloc[1:].max() < 1e-10 * opening.max(), strategy
        charged = trades["cost_usd"].groupby(trades.index.normalize()).sum()
        charged = charged.reindex(cash.index).fillna(0)
        np.testing.assert_allclose(
            charged.iloc[1:], (daily["cost"] * opening).iloc[1:], rtol=1e-10, atol=1e-6
        )


def test_trades_are_the_warehouses_and_the_rest_says_what_it_is(published, books):
    reasons = set()
    for strategy, of_strategy in books.items():
        trades = of_strategy.transactions
        reasons |= set(trades["reason"])
        own = trades[trades["reason"] == "trade"]
        days = own.index.tz_localize(None).normalize()
        found = set(zip(days.date, own["symbol"], strict=True))
        wanted = published.execute(
            "select trade_date, symbol from portfolios.trades where strategy = $1", [strategy]
        ).fetchall()
        assert found == set(wanted)
        assert not trades.index.normalize().difference(of_strategy.returns.index).size
    assert reasons == {"trade", "cost_share", "delisting"}


def test_targets_are_what_stands_after_each_trade(published, books):
    of_strategy = books["equity_composite_long_short"]
    held = of_strategy.positions.div(of_strategy.positions.sum(axis=1), axis=0)
    weights = of_strategy.targets.set_index("symbol", append=True)["weight"]
    found = held.stack().reindex(weights.index.set_names([None, None])).fillna(0)
    np.testing.assert_allclose(found, weights, rtol=0, atol=1e-12)
    assert (weights < 0).any() and (weights > 0).any()


def test_trades_are_booked_at_their_venues_close():
    days = pd.DatetimeIndex(["2015-11-27", "2015-11-27", "2015-11-26", "2015-07-03"], tz="UTC")
    venues = pd.Series(["XNYS", "24/7", "XNYS", "XLON"])
    found = close_times(venues, days).strftime("%H:%M:%S")
    # a half day, a coin, Thanksgiving, summer time
    assert list(found) == ["18:00:00", "23:59:59", "23:59:59", "15:30:00"]


def test_pyfolio_reads_its_own_numbers_in_the_book(books):
    from pyfolio import pos, timeseries, txn

    of_strategy = books["equity_composite_long_short"]
    daily = of_strategy.returns
    stats = timeseries.perf_stats(
        daily["returns"],
        daily["benchmark"],
        of_strategy.positions,
        of_strategy.transactions,
        turnover_denom="portfolio_value",
    )
    assert stats["Max drawdown"] == pytest.approx(timeseries.max_drawdown(daily["returns"]))
    turnover = txn.get_turnover(
        of_strategy.positions, of_strategy.transactions, denominator="portfolio_value"
    )
    assert stats["Daily turnover"] == pytest.approx(turnover.mean())
    exposures = pos.get_long_short_pos(of_strategy.positions)
    assert exposures["short"].min() < -0.8 and exposures["long"].max() > 0.8


def table_of(
    published: duckdb.DuckDBPyConnection, table: str, factor: str, asset_class: str
) -> pd.DataFrame:
    return published.execute(
        f"select * from analysis.{table} where factor = $1 and asset_class = $2",
        [factor, asset_class],
    ).df()


def test_alphalens_finds_the_warehouses_information_coefficients(published):
    assert set(FACTORS) <= set(factors(published))
    n_compared = 0
    for asset_class, factor in FACTORS:
        data = factor_data(published, factor, asset_class)
        known = table_of(published, "factor_ic", factor, asset_class)
        for horizon, ours in known.groupby("horizon"):
            period = f"{horizon}D"
            columns = [period, "factor", "factor_quantile", "group"]
            theirs = performance.factor_information_coefficient(data[columns].dropna())[period]
            ours = ours.set_index("as_of_date")["ic"]
            pd.testing.assert_index_equal(
                theirs.index, ours.sort_index().index, check_names=False, exact=False
            )
            np.testing.assert_allclose(theirs, ours.sort_index(), **CLOSE, err_msg=factor)
            n_compared += len(ours)
    assert n_compared > 1000


@pytest.mark.parametrize(
    ("factor", "asset_class"), [("momentum_12_1", "equity"), ("momentum_3w", "crypto")]
)
def test_alphalens_finds_the_warehouses_quantiles(published, factor, asset_class):
    data = factor_data(published, factor, asset_class)
    ours = table_of(published, "quantile_forward_returns", factor, asset_class)
    ours["horizon"] = ours["horizon"].astype(str) + "D"
    ours = ours.set_index(["quantile", "as_of_date", "horizon"])["mean_forward_return"]
    means, _ = performance.mean_return_by_quantile(data, by_date=True, demeaned=False)
    theirs = means.rename_axis("horizon", axis=1).stack().dropna().reindex(ours.index)
    np.testing.assert_allclose(theirs, ours, **CLOSE)

    ours = table_of(published, "factor_turnover", factor, asset_class)
    ours = ours.set_index(["quantile", "as_of_date"])["quantile_turnover"].dropna()
    theirs = pd.concat(
        {n: performance.quantile_turnover(data["factor_quantile"], n, 1) for n in range(1, 6)}
    )
    np.testing.assert_allclose(theirs.reindex(ours.index), ours, **CLOSE)

    ours = table_of(published, "rank_autocorrelation", factor, asset_class)
    ours = ours.set_index("as_of_date")["rank_autocorrelation"].dropna()
    ranked = data.assign(factor=data["directed_rank"])
    theirs = performance.factor_rank_autocorrelation(ranked, 1).reindex(ours.index)
    np.testing.assert_allclose(theirs, ours, **CLOSE)


def test_alphalens_tear_sheets_take_the_factor(published, monkeypatch):
    from alphalens import tears
    from matplotlib import pyplot

    drawn = []
    monkeypatch.setattr(pyplot, "show", lambda: drawn.append(len(pyplot.get_fignums())))
    data = factor_data(published, "momentum_12_1", "equity")
    sheet = data[["21D", "factor", "factor_quantile", "group"]].dropna()
    tears.create_summary_tear_sheet(sheet)
    tears.create_returns_tear_sheet(sheet, by_group=True)
    tears.create_information_tear_sheet(sheet, by_group=True)
    tears.create_turnover_tear_sheet(sheet, turnover_periods=["1D"])
    assert len(drawn) >= 4 and all(drawn)
    pyplot.close("all")


@pytest.mark.parametrize("given", ["equity_momentum_lang", "momentum"])
def test_an_unknown_strategy_or_factor_is_named(published, given):
    with pytest.raises(ReportsError, match=given):
        book(published, given)
    with pytest.raises(ReportsError, match=given):
        factor_data(published, given, "equity")
