"""performance.summary and cost_sensitivity against empyrical, quantstats and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.stats

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market, variables
from tests.two_roads.metrics import (
    annualization,
    break_even_bps,
    by_empyrical,
    by_quantstats,
    growth_per_year,
)


def books(market: Market) -> dict[str, pd.DataFrame]:
    pnl = market.table("performance.daily_pnl").sort_values(["strategy", "date"])
    return dict(list(pnl.groupby("strategy")))


def test_summary_is_empyricals(market):
    rows = [
        {"strategy": name, "n_days": len(book), **by_empyrical(book)}
        for name, book in books(market).items()
    ]
    ours, theirs = pd.DataFrame(rows), market.table("performance.summary")
    columns = list(ours.columns[1:])
    assert theirs["beta"].notna().any()
    assert not disagreements(ours, theirs, ["strategy"], columns, relative=1e-10, absolute=1e-10)


def test_summary_is_quantstats(market):
    rows = [{"strategy": name, **by_quantstats(book)} for name, book in books(market).items()]
    ours, theirs = pd.DataFrame(rows), market.table("performance.summary")
    columns = list(ours.columns[1:])
    assert not disagreements(ours, theirs, ["strategy"], columns, relative=1e-10, absolute=1e-10)


def test_shapes_are_scipys(market):
    rows = [
        {
            "strategy": name,
            "skewness": scipy.stats.skew(book["net_return"] - book["risk_free_return"]),
            "kurtosis": scipy.stats.kurtosis(
                book["net_return"] - book["risk_free_return"], fisher=False
            ),
        }
        for name, book in books(market).items()
    ]
    ours, theirs = pd.DataFrame(rows), market.table("performance.summary")
    columns = list(ours.columns[1:])
    assert not disagreements(ours, theirs, ["strategy"], columns, relative=1e-10)


def test_cost_sensitivity_charges_every_trade_again(market):
    trades = market.table("portfolios.trades")
    liquidity = market.query(
        "select t.trade_date, t.strategy, t.symbol, u.ret_1d_std, u.mean_dollar_volume_usd,"
        " c.impact_coefficient"
        " from portfolios.trades t join prepared.assets a using (symbol)"
        " join seeds.strategies s using (strategy)"
        " join seeds.cost_models c"
        " on c.cost_model = s.cost_model and c.asset_class = a.asset_class"
        " join factors.factor_dates d on d.as_of_date = t.as_of_date and d.venue = a.venue"
        " and d.asset_class = a.asset_class"
        " join prepared.universe_daily u on u.symbol = t.symbol"
        " and u.as_of_date = d.session_date"
    )
    trades = trades.merge(liquidity, on=["trade_date", "strategy", "symbol"], how="left")
    size = trades["trade_weight"].abs()
    per_root_usd = (
        trades["impact_coefficient"]
        * trades["ret_1d_std"]
        * np.sqrt(
            size / trades["mean_dollar_volume_usd"].where(trades["mean_dollar_volume_usd"] > 0)
        )
    )
    trades = trades.assign(size=size, impact=(size * per_root_usd).fillna(0))
    rows = []
    for name, book in books(market).items():
        own = trades[trades["strategy"] == name].groupby("trade_date")[["size", "impact"]].sum()
        paid = own.reindex(book["date"]).fillna(0)
        before = (book["net_return"] + book["cost_return"]).to_numpy()
        periods = annualization(book["date"])
        even = break_even_bps(before, paid["size"].to_numpy())
        for bps in variables()["cost_grid_bps"]:
            for aum in variables()["aum_grid_usd"]:
                cost = paid["size"] * bps / 1e4 + paid["impact"] * np.sqrt(aum)
                net = pd.Series(before - cost.to_numpy())
                excess = net - book["risk_free_return"].to_numpy()
                rows.append(
                    {
                        "strategy": name,
                        "cost_bps": float(bps),
                        "aum_usd": float(aum),
                        "net_ann_return": growth_per_year(net, periods),
                        "net_sharpe": excess.mean() / excess.std() * np.sqrt(periods),
                        "break_even_cost_bps": even,
                    }
                )
    theirs = market.table("performance.cost_sensitivity")
    theirs = theirs.astype({"cost_bps": float, "aum_usd": float})
    keys = ["strategy", "cost_bps", "aum_usd"]
    ours = pd.DataFrame(rows)
    columns = ["net_ann_return", "net_sharpe"]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-9, absolute=1e-10)
    assert not disagreements(ours, theirs, keys, ["break_even_cost_bps"], relative=1e-8)
