"""Prices of one venue side by side: a row per session, a column per listing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.two_roads.inputs import sessions

FIELDS = ("adj_close", "ret_1d", "dollar_volume_usd")


@dataclass(frozen=True)
class Panel:
    """One asset class on one venue.

    Attributes
    ----------
    days : the venue's sessions, none left out.
    listings : symbol and listing_no of each column.
    adj_close, ret_1d, dollar_volume_usd : days x listings, NaN where missing or not listed.
    has_row, has_bar : days x listings; a row of prices_daily, and one that is not stale.
    market_return : one per day.
    """

    asset_class: str
    venue: str
    days: pd.DatetimeIndex
    listings: pd.DataFrame
    adj_close: np.ndarray
    ret_1d: np.ndarray
    dollar_volume_usd: np.ndarray
    has_row: np.ndarray
    has_bar: np.ndarray
    market_return: np.ndarray


def panels(rows: pd.DataFrame, market: pd.DataFrame) -> Iterator[Panel]:
    """prices_daily as one panel per asset class and venue.

    Parameters
    ----------
    rows : prices_daily. market : as_of_date, asset_class and market_return.
    """
    for (asset_class, venue), of_venue in rows.groupby(["asset_class", "venue"]):
        first, last = of_venue["as_of_date"].min(), of_venue["as_of_date"].max()
        days = pd.DatetimeIndex(sessions(venue, first.date(), last.date()))
        row = days.get_indexer(of_venue["as_of_date"])
        if (row < 0).any():
            raise ValueError(f"{venue}: {of_venue['as_of_date'][row < 0].iloc[0]} is no session")
        keys = pd.MultiIndex.from_frame(of_venue[["symbol", "listing_no"]])
        column, listings = pd.factorize(keys)
        shape = (len(days), len(listings))
        wide = {name: np.full(shape, np.nan) for name in FIELDS}
        for name, values in wide.items():
            values[row, column] = of_venue[name].to_numpy(dtype=float)
        has_row, has_bar = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        has_row[row, column] = True
        has_bar[row, column] = ~of_venue["is_stale"].to_numpy(dtype=bool)
        returns = market[market["asset_class"] == asset_class].set_index("as_of_date")
        yield Panel(
            asset_class=asset_class,
            venue=venue,
            days=days,
            listings=pd.DataFrame(list(listings), columns=["symbol", "listing_no"]),
            **wide,
            has_row=has_row,
            has_bar=has_bar,
            market_return=returns["market_return"].reindex(days).to_numpy(dtype=float),
        )
