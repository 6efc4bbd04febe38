"""Size and value of coins, from market caps and what their chains did: METHODS section 4."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.two_roads.inputs import Market
from tests.two_roads.price_factors import fewest
from tests.two_roads.statements import daily_versions


def recent_mean(market: Market, metric: str, rows: pd.DataFrame, length: int) -> pd.Series:
    """Mean of a daily metric over the ``length`` newest days that can be known, version by version.

    A day's metric is known the day after: the newest is yesterday's.
    """
    said = daily_versions(market, metric).sort_values("period_end", kind="stable")
    means: dict[tuple[pd.Timestamp, str], float] = {}
    for day in rows["as_of_date"].unique():
        first, last = np.searchsorted(
            said["period_end"], [day - pd.Timedelta(days=length), day], side="left"
        )
        seen = said.iloc[first:last]
        seen = seen[seen["known_on"] <= day].drop_duplicates(["symbol", "period_end"], keep="last")
        by_symbol = seen[np.isfinite(seen["value"])].groupby("symbol")["value"]
        known = by_symbol.agg(["mean", "count"])
        enough = known[known["count"] >= fewest(length)]
        means |= {(day, symbol): value for symbol, value in enough["mean"].items()}
    keys = zip(rows["as_of_date"], rows["symbol"], strict=True)
    return pd.Series([means.get(key, np.nan) for key in keys], index=rows.index, dtype=float)


def chain_factors(market: Market, rows: pd.DataFrame) -> pd.DataFrame:
    """Every factor of coins that needs caps, for rows of symbol, as_of_date, market_cap_usd."""
    cap = rows["market_cap_usd"].where(rows["market_cap_usd"] > 0)
    transfers = recent_mean(market, "adjusted_transfer_value", rows, 90)
    addresses = recent_mean(market, "active_addresses", rows, 30)
    return pd.DataFrame(
        {
            "size": np.log(cap),
            "network_value_to_transactions": cap / transfers.where(transfers > 0),
            "market_cap_per_active_address": cap / addresses.where(addresses > 0),
        }
    )
