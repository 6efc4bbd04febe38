"""Raw factor values by numpy and pandas, from prices_daily and statements as known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.two_roads.agreement import disagreements
from tests.two_roads.chain_factors import chain_factors
from tests.two_roads.inputs import Market, variables
from tests.two_roads.panels import panels
from tests.two_roads.price_factors import price_factors
from tests.two_roads.statement_factors import statement_factors


def all_factors(market: Market, rows: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Every factor of the tradable names on the factor dates, side by side.

    Parameters
    ----------
    rows : universe_daily with the columns of prices_daily. returns : market_returns.
    """
    dates = market.table("factors.factor_dates", "as_of_date, asset_class, venue, session_date")
    tradable = rows[rows["is_tradable"].astype(bool)].rename(columns={"as_of_date": "session_date"})
    keys = ["asset_class", "venue", "session_date"]
    columns = [*keys, "symbol", "market_cap_usd"]
    members = dates.merge(tradable[columns], on=keys)
    priced = []
    for panel in panels(rows, returns):
        days = members.loc[members["venue"] == panel.venue, "session_date"].unique()
        priced.append(price_factors(panel, days))
    members = members.merge(
        pd.concat(priced), on=["symbol", "venue", "session_date"], how="left", validate="m:1"
    )
    is_equity = members["asset_class"] == "equity"
    others = pd.concat(
        [statement_factors(market, members[is_equity]), chain_factors(market, members[~is_equity])]
    )
    return members.join(others)


def registered() -> list[str]:
    """The names of the registry."""
    return [factor["name"] for factor in variables()["factors"]]


def has_values(values: pd.Series) -> pd.Series:
    """Whether each value may stand in a cross-section."""
    return np.isfinite(values.astype(float))


def raw_disagreements(market: Market, ours: pd.DataFrame, name: str) -> str:
    """What differs between ``all_factors`` and factor_values; empty where the roads agree.

    The same names on the same dates, and their values within 1e-9 of each other; a value near 0
    within 1e-12 of what is usual for the factor.
    """
    factor = next(one for one in variables()["factors"] if one["name"] == name)
    ours = ours[ours["asset_class"].isin(factor["asset_classes"])]
    ours = ours.rename(columns={name: "raw_value"})[has_values(ours[name]).to_numpy()]
    theirs = market.query(
        "select as_of_date, symbol, asset_class, raw_value "
        f"from factors.factor_values where factor = '{name}'"
    )
    usual = theirs["raw_value"].abs().median() if len(theirs) else 0.0
    keys = ["as_of_date", "symbol", "asset_class"]
    return disagreements(ours, theirs, keys, ["raw_value"], relative=1e-9, absolute=1e-12 * usual)
