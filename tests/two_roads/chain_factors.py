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
    means = pd.Series(np.nan, index=rows.index)
    versions = dict(list(daily_versions(market, metric).groupby("symbol")))
    for symbol, days in rows["as_of_date"].groupby(rows["symbol"]):
        if symbol in versions:
            means[days.index] = means_before(versions[symbol], days, length)
    return means


def means_before(said: pd.DataFrame, days: pd.Series, length: int) -> list[float]:
    """The mean of one symbol's metric over the ``length`` days before each day, as known on it."""
    said = said.sort_values(["period_end", "known_on"], kind="stable")
    of, known_on, value = (said[name].to_numpy() for name in ("period_end", "known_on", "value"))
    means = []
    for day in days.to_numpy():
        first, last = np.searchsorted(of, [day - np.timedelta64(length, "D"), day])
        is_known = known_on[first:last] <= day
        period, known = of[first:last][is_known], value[first:last][is_known]
        is_newest = np.append(period[1:] != period[:-1], True)[: len(period)]
        known = known[is_newest & np.isfinite(known)]
        means.append(known.mean() if len(known) >= fewest(length) else np.nan)
    return means


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
