"""Raw factor values by numpy and pandas, from prices_daily and statements as known."""

from __future__ import annotations

import numpy as np
import pandas as pd

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


def raw_values(market: Market, rows: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Every registered factor in the long form of factor_values, finite values only."""
    members, parts = all_factors(market, rows, returns), []
    for factor in variables()["factors"]:
        part = members[members["asset_class"].isin(factor["asset_classes"])]
        part = part[["as_of_date", "symbol", "asset_class", factor["name"]]]
        part = part.rename(columns={factor["name"]: "raw_value"}).assign(factor=factor["name"])
        parts.append(part[np.isfinite(part["raw_value"])])
    return pd.concat(parts, ignore_index=True)
