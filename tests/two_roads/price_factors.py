"""Factors that stand on prices, volumes and the market: METHODS section 4, window by window.

Every window is cut out and reckoned by itself. A running window keeps the rounding of values long
gone; this one does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.two_roads.inputs import variables
from tests.two_roads.panels import Panel


@dataclass(frozen=True)
class Window:
    """What the listings of a panel have shown up to one session."""

    panel: Panel
    end: int

    def last(self, values: np.ndarray, length: int, ago: int = 0) -> np.ndarray:
        """The ``length`` newest rows, the newest of them ``ago`` sessions ago."""
        stop = self.end - ago + 1
        return values[max(stop - length, 0) : max(stop, 0)]

    def price(self, ago: int) -> np.ndarray:
        """adj_close so many sessions ago, stale or not; NaN before the first session."""
        if ago > self.end:
            return np.full(self.panel.adj_close.shape[1], np.nan)
        return self.panel.adj_close[self.end - ago]

    def past_return(self, start: int, end: int = 0) -> np.ndarray:
        """From ``start`` to ``end`` sessions ago, where the sessions between have their bars."""
        bars = self.last(self.panel.has_bar, start - end, ago=end).sum(axis=0)
        ratio = self.price(end) / positive(self.price(start)) - 1
        return np.where(bars >= fewest(start - end), ratio, np.nan)

    def of_bars(self, values: np.ndarray, length: int) -> np.ndarray:
        """The newest rows, NaN where there is no bar."""
        return np.where(self.last(self.panel.has_bar, length), self.last(values, length), np.nan)


def positive(values: np.ndarray) -> np.ndarray:
    """Denominators: NaN at or below 0."""
    return np.where(values > 0, values, np.nan)


def fewest(length: int) -> float:
    """The bars a window of this length needs."""
    return variables()["window_coverage"] * length


def where_enough(known: np.ndarray, length: int, value: np.ndarray) -> np.ndarray:
    """The value of those windows in which enough is known."""
    return np.where(known.sum(axis=0) >= fewest(length), value, np.nan)


def mean(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Column means of the known values; NaN where there are none."""
    return np.where(known, values, 0).sum(axis=0) / positive(known.sum(axis=0))


def largest(values: np.ndarray) -> np.ndarray:
    """Column maxima of what is there; NaN where nothing is."""
    highest = np.max(values, axis=0, initial=-np.inf, where=~np.isnan(values))
    return np.where(np.isinf(highest), np.nan, highest)


def deviation(values: np.ndarray, length: int) -> np.ndarray:
    """Sample standard deviation of each column's known values."""
    known = ~np.isnan(values)
    centred = np.where(known, values - mean(values, known), 0)
    variance = (centred**2).sum(axis=0) / positive(known.sum(axis=0) - 1.0)
    return where_enough(known, length, np.sqrt(variance))


def market_line(window: Window, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Slope of the regression on the market, and the standard error of its residuals."""
    returns = window.of_bars(window.panel.ret_1d, length)
    index = window.last(window.panel.market_return, length)[:, np.newaxis]
    index = np.where(np.isnan(returns), np.nan, index)
    known = ~np.isnan(index)
    x = np.where(known, index - mean(index, known), 0)
    y = np.where(known, returns - mean(returns, known), 0)
    moved = largest(index) > -largest(-index)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(moved, (x * y).sum(axis=0) / (x * x).sum(axis=0), np.nan)
    residuals = np.where(known, y - slope * x, 0)
    freedom = positive(known.sum(axis=0) - 2.0)
    error = np.where(moved, np.sqrt((residuals**2).sum(axis=0) / freedom), np.nan)
    return where_enough(known, length, slope), where_enough(known, length, error)


def illiquidity(window: Window, length: int) -> np.ndarray:
    """Mean of the daily return's size per US dollar traded."""
    traded = positive(window.of_bars(window.panel.dollar_volume_usd, length))
    per_dollar = np.abs(window.of_bars(window.panel.ret_1d, length)) / traded
    known = ~np.isnan(per_dollar)
    return where_enough(known, length, mean(per_dollar, known))


def log_dollar_volume(window: Window, length: int) -> np.ndarray:
    """Logarithm of the mean US dollars traded."""
    traded = window.of_bars(window.panel.dollar_volume_usd, length)
    known = ~np.isnan(traded)
    return where_enough(known, length, np.log(positive(mean(traded, known))))


def moving_average_distance(window: Window, month: int, length: int = 200) -> np.ndarray:
    """The worked example of custom.sql: mean price of a month over that of 200 sessions."""
    means = []
    for rows in (month, length):
        price = window.of_bars(window.panel.adj_close, rows)
        known = ~np.isnan(price)
        means.append(where_enough(known, rows, mean(price, known)))
    return means[0] / positive(means[1])


def factors_at(panel: Panel, end: int) -> dict[str, np.ndarray]:
    """Every price factor of one session, one value per listing; NaN where it has none."""
    window, kind = Window(panel, end), panel.asset_class
    month, year = variables()["sessions"][kind]["month"], variables()["sessions"][kind]["year"]
    quarter, annual = 3 * month, np.sqrt(year)
    highest = largest(window.of_bars(panel.adj_close, year))
    has_price = ~np.isnan(window.of_bars(panel.adj_close, year))
    returns = window.of_bars(panel.ret_1d, month)
    found = {
        "momentum_12_1": window.past_return(year, month),
        "momentum_6_1": window.past_return(6 * month, month),
        "long_run_reversal": window.past_return((5 if kind == "equity" else 3) * year, year),
        "high_52w": where_enough(has_price, year, window.price(0) / positive(highest)),
        "volatility_1y": deviation(window.of_bars(panel.ret_1d, year), year) * annual,
        "volatility_3m": deviation(window.of_bars(panel.ret_1d, quarter), quarter) * annual,
        "beta_1y": market_line(window, year)[0],
        "idiosyncratic_volatility_3m": market_line(window, quarter)[1] * annual,
        "max_return_1m": where_enough(~np.isnan(returns), month, largest(returns)),
        "amihud_1m": illiquidity(window, month),
        "dollar_volume_3m": log_dollar_volume(window, quarter),
        "moving_average_distance": moving_average_distance(window, month),
    }
    if kind == "equity":
        return found | {"reversal_1m": window.past_return(month)}
    return found | {f"momentum_{weeks}w": window.past_return(7 * weeks) for weeks in (1, 2, 3, 4)}


def price_factors(panel: Panel, days: Iterable[pd.Timestamp]) -> pd.DataFrame:
    """symbol, venue, session_date and every price factor of the listings of these sessions."""
    ends = panel.days.get_indexer(list(days))
    by_session = [factors_at(panel, end) for end in ends]
    session, listing = np.nonzero(panel.has_row[ends])
    columns = {
        name: np.stack([found[name] for found in by_session])[session, listing]
        for name in by_session[0]
    }
    return pd.DataFrame(columns).assign(
        symbol=panel.listings["symbol"].to_numpy()[listing],
        venue=panel.venue,
        session_date=panel.days[ends[session]].astype("datetime64[us]"),
    )
