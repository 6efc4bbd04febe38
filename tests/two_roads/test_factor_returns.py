"""Factor and quantile returns against a walk through months and days; what is made of them."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from tests.two_roads.agreement import disagreements
from tests.two_roads.factor_returns import daily_worths, factor_returns, grown
from tests.two_roads.inputs import Market, variables
from tests.two_roads.tape import Tape

CASES = [
    pytest.param(factor, asset_class, id=f"{asset_class}-{factor['name']}")
    for factor in variables()["factors"]
    for asset_class in factor["asset_classes"]
]


@pytest.fixture(scope="module")
def tape(market: Market) -> Tape:
    return Tape(market)


@pytest.mark.parametrize(("factor", "asset_class"), CASES)
def test_factor_and_quantile_returns_agree(market, tape, factor, asset_class):
    prices = market.table("prepared.prices_daily")
    of_class = prices["asset_class"] == asset_class
    days = sorted(prices[of_class]["as_of_date"].unique())
    worths = daily_worths(market, tape, factor, asset_class, days)
    for table, ours, keys, columns in (
        (
            "factor_returns",
            factor_returns(worths),
            ["date"],
            ["long_return", "short_return", "long_short_return", "n_long", "n_short"],
        ),
        (
            "quantile_returns",
            grown(worths, "quantile"),
            ["date", "quantile"],
            ["return", "n_names"],
        ),
    ):
        found = market.table(f"analysis.{table}")
        found = found[(found["factor"] == factor["name"]) & (found["asset_class"] == asset_class)]
        assert not disagreements(found, ours, keys, columns, relative=1e-10, absolute=1e-10)


def test_monotonicity_is_scipys(market):
    returns = market.table("analysis.quantile_returns")
    rows = []
    for (asset_class, factor), own in returns.groupby(["asset_class", "factor"]):
        wide = own.pivot(index="date", columns="quantile", values="return").dropna()
        years = (wide.index.max() - wide.index.min()).days / 365.25
        means = wide.sum() / years
        row = {f"mean_ann_quantile_{quantile}": means[quantile] for quantile in range(1, 6)}
        row |= {"asset_class": asset_class, "factor": factor, "spread_ann": means[5] - means[1]}
        row["quantile_correlation"] = stats.spearmanr(means.index, means).statistic
        row["n_rising_steps"], row["n_days"] = int((means.diff() > 0).sum()), len(wide)
        rows.append(row)
    theirs = pd.DataFrame(rows)
    keys = ["asset_class", "factor"]
    columns = [column for column in theirs if column not in keys]
    found = market.table("analysis.factor_monotonicity")
    assert found["n_rising_steps"].nunique() > 2
    assert not disagreements(found, theirs, keys, columns, relative=1e-10, absolute=1e-10)


def test_factor_correlations_are_pandas(market):
    returns = market.table("analysis.factor_returns")
    parts = []
    for asset_class, own in returns.groupby("asset_class"):
        wide = own.pivot(index="date", columns="factor", values="long_short_return")
        long = wide.corr().rename_axis("factor_a").rename_axis("factor_b", axis=1).stack()
        parts.append(long.rename("correlation").reset_index().assign(asset_class=asset_class))
    theirs = market.table("analysis.factor_correlation").dropna(subset="correlation")
    keys = ["asset_class", "factor_a", "factor_b"]
    assert not disagreements(
        pd.concat(parts), theirs, keys, ["correlation"], relative=1e-10, absolute=1e-10
    )


def test_rank_correlations_are_pandas(market):
    values = market.query(
        "select distinct as_of_date, symbol, asset_class, factor, "
        "direction * (rank_pct - 0.5) as directed_rank "
        "from factors.factor_values "
        "inner join factors.factor_registry using (factor, asset_class) "
        "inner join factors.factor_dates using (as_of_date, asset_class) "
        "where is_month_end and rank_pct is not null"
    )
    by_date = values.groupby(["asset_class", "as_of_date", "factor"])
    values["class_rank"] = by_date["directed_rank"].rank()
    parts = []
    for (asset_class, _), own in values.groupby(["asset_class", "as_of_date"]):
        wide = own.pivot(index="symbol", columns="factor", values="class_rank")
        long = wide.corr().rename_axis("factor_a").rename_axis("factor_b", axis=1).stack()
        parts.append(long.rename("rank_correlation").reset_index().assign(asset_class=asset_class))
    keys = ["asset_class", "factor_a", "factor_b"]
    per_date = pd.concat(parts).dropna(subset="rank_correlation")
    theirs = per_date.groupby(keys)["rank_correlation"].agg(["mean", "size"]).reset_index()
    theirs = theirs.rename(columns={"mean": "rank_correlation", "size": "n_dates"})
    found = market.table("analysis.factor_correlation")
    columns = ["rank_correlation", "n_dates"]
    assert not disagreements(found, theirs, keys, columns, relative=1e-10, absolute=1e-10)
