"""Costs of trades, sensitivity, capacity and slippage by a second road, and a paper's example."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.builds import Market as Built
from tests.compiled import model_sql
from tests.two_roads.agreement import disagreements
from tests.two_roads.costs import (
    LAWS,
    by_day,
    capacity,
    impact_of,
    impact_return,
    priced_trades,
    sharpe,
    slippage,
    trade_terms,
)
from tests.two_roads.inputs import Market, variables
from tests.two_roads.metrics import annualization, break_even_bps, growth_per_year

TERMS = ["linear_cost_bps", "borrow_ann", "funding_ann", "is_market_cap_unknown"]
KEYS = ["as_of_date", "cost_model", "symbol"]
# Almgren, Thum, Hauptmann and Li (2005), table 3: a tenth of the average daily volume (millions of
# shares), shares outstanding (millions), daily volatility in percent; permanent impact in bps; and
# by trade duration in days temporary impact and cost of the whole trade in bps, as printed.
EXAMPLES = {
    "IBM": (6.561, 1728, 1.57, 20, {0.1: (22, 32), 0.2: (15, 25), 0.5: (8, 18)}),
    "DRI": (1.929, 168, 2.26, 22, {0.1: (32, 43), 0.2: (21, 32), 0.5: (12, 23)}),
}


@pytest.fixture(scope="module")
def priced(market: Market) -> pd.DataFrame:
    return priced_trades(market)


@pytest.fixture(scope="module")
def books(market: Market) -> dict[str, pd.DataFrame]:
    pnl = market.table("performance.daily_pnl").sort_values(["strategy", "date"])
    return dict(list(pnl.groupby("strategy")))


def with_impact(terms: pd.DataFrame, money: float) -> pd.DataFrame:
    """Impact in bps of a trade of so many dollars in each name by this road."""
    found = [1e4 * impact_of(row, money) for row in terms.itertuples()]
    return terms.assign(impact_bps=found)


def by_powers(terms: pd.DataFrame, money: float) -> pd.DataFrame:
    """The same from the table's powers."""
    found = (
        terms["half_power"] * math.sqrt(money)
        + terms["full_power"] * money
        + terms["three_fifths_power"] * money**0.6
    )
    return terms.assign(impact_bps=found)


def terms_by_sql(
    built: Built, strategies: pd.DataFrame, cost_models: pd.DataFrame, **others: pd.DataFrame
) -> pd.DataFrame:
    """The project's trade_terms on the built market with other strategies and cost models."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.published}' as built (read_only)")
        given = {"seeds.strategies": strategies, "seeds.cost_models": cost_models, **others}
        for name in (
            *given,
            *(
                {
                    "construction.rebalances",
                    "factors.factor_dates",
                    "prepared.universe_daily",
                    "prepared.prices_daily",
                }
                - set(given)
            ),
        ):
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            if name in given:
                connection.register("frame", given[name])
                connection.execute(f"create table {name} as select * from frame")
            else:
                connection.execute(f"create view {name} as select * from built.{name}")
        frame = connection.execute(model_sql(built, "trade_terms")).df()
    frame["as_of_date"] = frame["as_of_date"].astype("datetime64[us]")
    return frame


def test_terms_agree(market):
    strategies = market.table("seeds.strategies", "strategy, asset_class, cost_model")
    ours = trade_terms(market, strategies, market.table("seeds.cost_models"))
    theirs = market.table("construction.trade_terms")
    assert not disagreements(ours, theirs, KEYS, TERMS, relative=1e-12)
    for money in (1.0, 1e6):
        ours, theirs = with_impact(ours, money), by_powers(theirs, money)
        assert not disagreements(ours, theirs, KEYS, ["impact_bps"], relative=1e-10)


def test_terms_of_every_cost_model_agree(small_market, market):
    strategies = market.table("seeds.strategies", "strategy, asset_class")
    cost_models = market.table("seeds.cost_models")
    names = sorted(cost_models["cost_model"].unique())
    chosen = pd.concat([strategies.assign(cost_model=name) for name in names])
    ours = trade_terms(market, chosen, cost_models)
    theirs = terms_by_sql(small_market, chosen, cost_models)
    assert set(theirs["cost_model"]) == set(names)
    tiers = ours.groupby(["cost_model", "law"])["linear_cost_bps"].nunique()
    assert (tiers.drop("free") > 2).all()
    assert theirs["funding_ann"].max() > 0
    assert not disagreements(ours, theirs, KEYS, TERMS, relative=1e-12)
    for money in (1.0, 1e6):
        ours, theirs = with_impact(ours, money), by_powers(theirs, money)
        assert not disagreements(ours, theirs, KEYS, ["impact_bps"], relative=1e-10)


@pytest.mark.parametrize("name", EXAMPLES)
def test_almgrens_law_gives_the_papers_example(small_market, name):
    volume, shares, volatility, permanent, by_duration = EXAMPLES[name]
    day = pd.Timestamp("2024-01-02")
    rate = {
        "cost_model": "paper",
        "asset_class": "equity",
        "min_dollar_volume_usd": 0.0,
        "commission_bps": 0.0,
        "half_spread_bps": 0.0,
        "impact_law": "almgren",
        "impact_coefficient": 1.0,
        "borrow_bps_ann": 0.0,
        "funding_bps_ann": 0.0,
    }
    at = {"symbol": [name], "as_of_date": [day], "asset_class": ["equity"], "venue": ["XNYS"]}
    (terms,) = terms_by_sql(
        small_market,
        pd.DataFrame({"strategy": ["book"], "asset_class": ["equity"], "cost_model": ["paper"]}),
        pd.DataFrame([rate]),
        **{
            "construction.rebalances": pd.DataFrame({"strategy": ["book"], "as_of_date": [day]}),
            "factors.factor_dates": pd.DataFrame({**at, "session_date": [day]}),
            "prepared.universe_daily": pd.DataFrame(
                {
                    **at,
                    "ret_1d_std": [volatility / 100],
                    "mean_dollar_volume_usd": [volume * 1e6],
                }
            ),
            "prepared.prices_daily": pd.DataFrame({**at, "market_cap_usd": [shares * 1e6]}),
        },
    ).to_dict("records")
    traded = volume * 1e6 / 10
    half = terms["full_power"] * traded
    assert round(2 * half) == permanent
    for duration, (temporary, cost) in by_duration.items():
        # ours works the order over one day: the same rate of trading as this much over a day
        at_this_rate = terms["three_fifths_power"] * (traded / duration) ** 0.6
        assert round(at_this_rate) == temporary
        assert round(half + at_this_rate) == cost


def test_trades_pay_commission_spread_and_impact(market, priced):
    own = pd.Series(
        [1e4 * impact_of(row, abs(row.trade_weight) * row.aum_usd) for row in priced.itertuples()]
    )
    ours = priced.assign(impact_bps=own, cost_bps=priced["linear_cost_bps"] + own)
    ours["cost_return"] = ours["size"] * ours["cost_bps"] / 1e4
    theirs = market.table("portfolios.trades")
    assert (theirs["impact_bps"] > 0).mean() > 0.9
    columns = ["linear_cost_bps", "impact_bps", "cost_bps", "cost_return"]
    keys = ["trade_date", "strategy", "symbol"]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-10)


def test_cost_sensitivity_charges_every_trade_again(market, books, priced):
    rows = []
    for name, book in books.items():
        trades = priced[priced["strategy"] == name]
        traded = by_day(book, trades, trades["size"])
        before = (book["net_return"] + book["cost_return"]).to_numpy()
        free, periods = book["risk_free_return"].to_numpy(), annualization(book["date"])
        even = break_even_bps(before, traded)
        for law in LAWS:
            for aum in map(float, variables()["aum_grid_usd"]):
                paid = by_day(book, trades, impact_return(trades, aum, law))
                for bps in map(float, variables()["cost_grid_bps"]):
                    net = before - traded * bps / 1e4 - paid
                    rows.append(
                        {
                            "strategy": name,
                            "cost_bps": bps,
                            "aum_usd": aum,
                            "impact_law": law,
                            "net_ann_return": growth_per_year(pd.Series(net), periods),
                            "net_sharpe": sharpe(net, free, periods),
                            "break_even_cost_bps": even,
                        }
                    )
    ours, theirs = pd.DataFrame(rows), market.table("performance.cost_sensitivity")
    keys = ["strategy", "cost_bps", "aum_usd", "impact_law"]
    columns = ["net_ann_return", "net_sharpe"]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-9, absolute=1e-10)
    assert not disagreements(ours, theirs, keys, ["break_even_cost_bps"], relative=1e-8)


def test_capacity_is_where_half_the_sharpe_ratio_is_left(market, books, priced):
    rows = []
    for name, book in books.items():
        trades = priced[priced["strategy"] == name]
        linear = by_day(book, trades, trades["size"] * trades["linear_cost_bps"] / 1e4)
        before = (book["net_return"] + book["cost_return"]).to_numpy() - linear
        free, periods = book["risk_free_return"].to_numpy(), annualization(book["date"])
        aum = float(trades["aum_usd"].iloc[0])
        share = trades["size"] * aum / trades["mean_dollar_volume_usd"]
        for law, power in (("square_root", 0.5), ("almgren", 0.6)):
            one = by_day(book, trades, impact_return(trades, 1.0, law))
            # two fund sizes tell the part that grows with the fund from the concave one
            double = by_day(book, trades, impact_return(trades, 2.0, law))
            full = (double - 2**power * one) / (2 - 2**power)
            own = by_day(book, trades, impact_return(trades, aum, law))
            rows.append(
                {
                    "strategy": name,
                    "impact_law": law,
                    "aum_usd": aum,
                    "net_sharpe": sharpe(before - own, free, periods),
                    "sharpe_without_impact": sharpe(before, free, periods),
                    "capacity_usd": capacity(before, free, one - full, full, power),
                    "mean_participation": share.mean(),
                    "max_participation": share.max(),
                }
            )
    ours, theirs = pd.DataFrame(rows), market.table("performance.capacity")
    columns = list(ours.columns[2:])
    keys = ["strategy", "impact_law"]
    assert theirs["capacity_usd"].notna().sum() > 5
    assert not disagreements(ours, theirs, keys, columns, relative=1e-8, absolute=1e-10)
    has_none = theirs["capacity_usd"].isna()
    assert (has_none == theirs["capacity_reason"].notna()).all()


def test_sharpe_at_the_own_fund_under_the_own_law_is_the_summarys(market):
    capacity_rows = market.query(
        "select c.net_sharpe, s.sharpe from performance.capacity c"
        " join performance.summary s using (strategy) join seeds.strategies t using (strategy)"
        " join (select distinct cost_model, impact_law from seeds.cost_models) m"
        " on m.cost_model = t.cost_model and m.impact_law = c.impact_law"
    )
    assert len(capacity_rows) > 5
    assert np.allclose(capacity_rows["net_sharpe"], capacity_rows["sharpe"], rtol=0, atol=1e-10)


def test_square_root_capacity_solves_its_quadratic(market):
    moments = market.query("select * from construction.impact_moments where mean_full = 0")
    capacity_rows = market.table("performance.capacity").merge(
        moments, on=["strategy", "impact_law"]
    )
    solved = capacity_rows[capacity_rows["capacity_usd"].notna()]
    assert len(solved) > 5
    for row in solved.itertuples():
        m, k, v = row.mean_excess, row.mean_concave, row.var_excess
        q, c = row.var_concave, row.covar_excess_concave
        h = m * m / (4 * v)
        roots = np.roots([k * k - h * q, -2 * (m * k - h * c), m * m - h * v])
        root = min(x.real for x in roots if abs(x.imag) < 1e-12 and x.real > 0)
        assert math.isclose(root**2, row.capacity_usd, rel_tol=1e-8)


def test_slippage_samples_agree(market, books, priced):
    ours = []
    for name, book in books.items():
        trades = priced[priced["strategy"] == name]
        linear = by_day(book, trades, trades["size"] * trades["linear_cost_bps"] / 1e4)
        paid = by_day(book, trades, impact_return(trades, trades["aum_usd"].iloc[0]))
        if paid.any():
            ours.append(slippage(book, linear, paid).assign(strategy=name))
    theirs = market.table("performance.slippage_samples")
    columns = ["coefficient_multiplier", "net_ann_return", "net_sharpe"]
    keys = ["strategy", "draw"]
    frame = pd.concat(ours)
    assert not disagreements(frame, theirs, keys, columns, relative=1e-9, absolute=1e-10)
    summed = frame.groupby("strategy")["net_sharpe"].quantile([0.05, 0.5, 0.95]).unstack()
    summed = summed.set_axis(["net_sharpe_p05", "net_sharpe_p50", "net_sharpe_p95"], axis=1)
    summed["std_net_sharpe"] = frame.groupby("strategy")["net_sharpe"].std()
    theirs = market.table("performance.slippage")
    columns = list(summed.columns)
    assert not disagreements(
        summed.reset_index(), theirs, ["strategy"], columns, relative=1e-8, absolute=1e-10
    )


def test_slippage_draws_have_the_spread_they_say(market):
    draws, setting = market.table("construction.slippage_draws"), variables()["slippage"]
    of_draw = np.log(draws.drop_duplicates("draw")["coefficient_multiplier"])
    of_day = np.log(draws["daily_multiplier"])
    assert len(of_draw) == setting["draws"]
    sigma, daily = setting["coefficient_sigma"], setting["daily_sigma"]
    for logs, centre, spread in ((of_draw, 0, sigma), (of_day, -(daily**2) / 2, daily)):
        n = len(logs)
        assert abs(logs.mean() - centre) < 3.5 * spread / math.sqrt(n)
        assert abs(logs.std() - spread) < 3.5 * spread / math.sqrt(2 * n)
    paired = draws.sort_values(["date", "draw"])["daily_multiplier"].to_numpy()
    assert abs(np.corrcoef(paired[1:], paired[:-1])[0, 1]) < 3.5 / math.sqrt(len(paired))
