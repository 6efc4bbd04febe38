"""Labels against a walk through sessions; information coefficients against scipy and alphalens."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.cross_section import with_places
from tests.two_roads.inputs import Market, variables
from tests.two_roads.labels import forward_returns, rank_ic, training_targets


@pytest.fixture(scope="module")
def theirs(market: Market) -> pd.DataFrame:
    return market.table("labels.forward_returns")


@pytest.fixture(scope="module")
def ours(market: Market) -> pd.DataFrame:
    return forward_returns(market)


def test_forward_returns_agree(ours, theirs):
    keys, columns = ["as_of_date", "symbol", "horizon"], ["label_end_date", "fwd_ret"]
    assert not disagreements(ours, theirs, keys, columns, relative=1e-9, absolute=1e-11)


def test_training_targets_agree(market, theirs):
    members = market.table("factors.cross_section_members", "as_of_date, symbol, asset_class")
    members = with_places(market, members).drop(columns="sector")
    labels = theirs.drop(columns="asset_class")
    targets = market.table("labels.training_targets").dropna(subset="target_rank")
    keys = ["as_of_date", "symbol"]
    assert not disagreements(
        training_targets(members, labels), targets, keys, ["target_rank"], relative=1e-10
    )


def test_ic_is_scipys(market, theirs):
    dates = market.table("analysis.factor_ic")
    month_ends = market.table("factors.factor_dates")
    month_ends = month_ends[month_ends["is_month_end"].astype(bool)]
    month_ends = month_ends[["as_of_date", "asset_class"]].drop_duplicates()
    values = market.table("factors.factor_values").merge(month_ends)
    ours = rank_ic(values, theirs.drop(columns="asset_class"))
    keys = ["as_of_date", "asset_class", "factor", "horizon"]
    assert not disagreements(ours, dates, keys, ["ic", "n"], relative=1e-10, absolute=1e-10)


@pytest.mark.parametrize("factor", [one["name"] for one in variables()["factors"]])
@pytest.mark.parametrize("asset_class", ["equity", "crypto"])
def test_ic_is_alphalens(market, theirs, factor, asset_class):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from alphalens.performance import factor_information_coefficient
    month = variables()["sessions"][asset_class]["month"]
    dates = market.table("analysis.factor_ic")
    dates = dates[
        (dates["factor"] == factor)
        & (dates["asset_class"] == asset_class)
        & (dates["horizon"] == month)
    ]
    if not len(dates):
        registry = {one["name"]: one["asset_classes"] for one in variables()["factors"]}
        values = market.table("factors.factor_values", "factor, asset_class, rank_pct")
        has_values = (values["factor"] == factor) & (values["asset_class"] == asset_class)
        assert asset_class not in registry[factor] or values[has_values]["rank_pct"].isna().all()
        return
    direction = next(one["direction"] for one in variables()["factors"] if one["name"] == factor)
    values = market.table("factors.factor_values")
    values = values[(values["factor"] == factor) & (values["asset_class"] == asset_class)]
    labels = theirs[theirs["horizon"] == month][["as_of_date", "symbol", "fwd_ret"]].dropna()
    both = values.dropna(subset="z_score").merge(labels, on=["as_of_date", "symbol"])
    both = both[both["as_of_date"].isin(dates["as_of_date"])]
    frame = pd.DataFrame(
        {"factor": direction * both["z_score"].to_numpy(), "1D": both["fwd_ret"].to_numpy()},
        index=pd.MultiIndex.from_arrays(
            [both["as_of_date"], both["symbol"]], names=["date", "asset"]
        ),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ics = factor_information_coefficient(frame)["1D"]
    ours = ics.rename("ic").rename_axis("as_of_date").reset_index().dropna()
    assert not disagreements(ours, dates, ["as_of_date"], ["ic"], relative=1e-10, absolute=1e-10)
