"""IC, quantiles, their mean returns and turnover, rank autocorrelation: alphalens-reloaded's.

Alphalens gets our labels and our month ends as its dates, so that its period 1 is a month; means
are not taken off (``demeaned=False``): the quantiles' own returns are compared.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from alphalens import performance
from alphalens.utils import quantize_factor

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market, variables

CASES = [
    pytest.param(factor, asset_class, id=f"{asset_class}-{factor['name']}")
    for factor in variables()["factors"]
    for asset_class in factor["asset_classes"]
]
EXACT = {"relative": 1e-10, "absolute": 1e-10}
every_factor = pytest.mark.parametrize(("factor", "asset_class"), CASES)


@pytest.fixture(scope="module")
def values(market: Market) -> pd.DataFrame:
    """Every ranked value of a month end, with our quantile."""
    return market.query(
        "select distinct as_of_date, symbol, factor, asset_class, z_score, quantile, "
        "direction * (rank_pct - 0.5) as directed_rank "
        "from factors.factor_values "
        "inner join factors.factor_registry using (factor, asset_class) "
        "inner join factors.factor_dates using (as_of_date, asset_class) "
        "left join analysis.factor_legs using (as_of_date, symbol, factor, asset_class) "
        "where is_month_end and rank_pct is not null"
    )


@pytest.fixture(scope="module")
def labels(market: Market) -> pd.DataFrame:
    """Forward returns, one column per horizon, named as alphalens names its periods."""
    long = market.table("labels.forward_returns", "as_of_date, symbol, horizon, fwd_ret")
    long["horizon"] = long["horizon"].astype(str) + "D"
    return long.pivot(index=["as_of_date", "symbol"], columns="horizon", values="fwd_ret")


@pytest.fixture(scope="module")
def ours(market: Market) -> Callable[[str, dict, str], pd.DataFrame]:
    """Our table's rows of one factor."""

    def of_factor(table: str, factor: dict, asset_class: str) -> pd.DataFrame:
        rows = market.table(f"analysis.{table}")
        return rows[(rows["factor"] == factor["name"]) & (rows["asset_class"] == asset_class)]

    return of_factor


def factor_data(
    values: pd.DataFrame, labels: pd.DataFrame, factor: dict, asset_class: str, column: str
) -> pd.DataFrame:
    """What alphalens works on: date and asset, the factor, its quantile, the forward returns.

    Where so many names tie that two edges coincide alphalens refuses to cut: there, on few dates,
    it gets our quantiles, so that the next date has something to be compared with.
    """
    chosen = (values["factor"] == factor["name"]) & (values["asset_class"] == asset_class)
    own = values[chosen].set_index(["as_of_date", "symbol"]).sort_index()
    data = own[[column]].rename(columns={column: "factor"})
    horizons = [f"{horizon}D" for horizon in variables()["horizons"][asset_class]]
    data = data.join(labels[horizons])
    data.index = own.index = data.index.set_names(["date", "asset"])
    theirs = quantize_factor(data, quantiles=5, no_raise=True).reindex(data.index)
    assert theirs.notna().mean() > 0.8
    return data.assign(factor_quantile=theirs.fillna(own["quantile"]).astype(int))


@every_factor
def test_information_coefficients_are_alphalens(values, labels, ours, factor, asset_class):
    data = factor_data(values, labels, factor, asset_class, "z_score")
    parts = []
    for horizon in variables()["horizons"][asset_class]:
        period = f"{horizon}D"
        known = data[["factor", "factor_quantile", period]].dropna()
        ic = performance.factor_information_coefficient(known)[period] * factor["direction"]
        n_names = known.groupby("date").size()
        parts.append(pd.DataFrame({"ic": ic, "n": n_names, "horizon": horizon}))
    theirs = pd.concat(parts).rename_axis("as_of_date").reset_index()
    assert theirs["ic"].notna().sum() > 30
    keys = ["as_of_date", "horizon"]
    found = ours("factor_ic", factor, asset_class)
    assert not disagreements(found, theirs, keys, ["ic", "n"], **EXACT)


@every_factor
def test_quantiles_and_their_mean_returns_are_alphalens(values, labels, ours, factor, asset_class):
    data = factor_data(values, labels, factor, asset_class, "directed_rank")
    legs = ours("factor_legs", factor, asset_class)
    theirs = data["factor_quantile"].rename("quantile").reset_index()
    theirs = theirs.set_axis(["as_of_date", "symbol", "quantile"], axis=1)
    assert not disagreements(legs, theirs, ["as_of_date", "symbol"], ["quantile"], **EXACT)

    periods = [column for column in data if column.endswith("D")]
    means, _ = performance.mean_return_by_quantile(data, by_date=True, demeaned=False)
    theirs = means[periods].rename_axis("horizon", axis=1).stack().rename("mean_forward_return")
    theirs = theirs.dropna().rename_axis(["quantile", "as_of_date", "horizon"]).reset_index()
    theirs["horizon"] = theirs["horizon"].str.rstrip("D").astype(int)
    keys = ["as_of_date", "horizon", "quantile"]
    found = ours("quantile_forward_returns", factor, asset_class)
    assert len(theirs) > 150
    assert not disagreements(found, theirs, keys, ["mean_forward_return"], **EXACT)


@every_factor
def test_turnover_and_rank_autocorrelation_are_alphalens(values, labels, ours, factor, asset_class):
    data = factor_data(values, labels, factor, asset_class, "directed_rank")
    parts = [
        performance.quantile_turnover(data["factor_quantile"], quantile, period=1)
        .rename("quantile_turnover")
        .to_frame()
        .assign(quantile=quantile)
        for quantile in range(1, 6)
    ]
    theirs = pd.concat(parts).rename_axis("as_of_date").reset_index()
    assert theirs["quantile_turnover"].nunique() > 2
    found = ours("factor_turnover", factor, asset_class)
    keys = ["as_of_date", "quantile"]
    assert not disagreements(found, theirs, keys, ["quantile_turnover"], **EXACT)

    autocorrelation = performance.factor_rank_autocorrelation(data, period=1)
    theirs = autocorrelation.rename("rank_autocorrelation").rename_axis("as_of_date")
    theirs = theirs.reset_index().iloc[1:]  # no month end before the first
    found = ours("rank_autocorrelation", factor, asset_class)
    assert not disagreements(found, theirs, ["as_of_date"], ["rank_autocorrelation"], **EXACT)
