"""Daily bars of all assets in one long set of columns."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ingest.demo_market.equities import USD_PER_UNIT
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.quotes import PENCE, Quotes, round_significant
from ingest.demo_market.returns import Paths
from ingest.demo_market.universe import Group

LIQUID_FLOOR_USD = 3e6
TURNOVER = {"equity": (0.005, 0.4), "crypto": (0.04, 0.5)}


@dataclass
class Bars:
    """One entry per bar, assets one after the other, each in order of its days.

    Attributes
    ----------
    code : asset number across all groups.
    day : datetime64[D].
    open, high, low, close, volume : as quoted; volume in units of the asset.
    has_close : false where the close is missing altogether.
    """

    code: np.ndarray
    day: np.ndarray
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    has_close: np.ndarray

    def take(self, chosen: np.ndarray) -> Bars:
        """The bars at the given positions, under a mask (copies), or in a slice (views)."""
        return Bars(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @staticmethod
    def join(parts: list[Bars]) -> Bars:
        """Bars of several parts, one after the other."""
        columns = (
            np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Bars)
        )
        return Bars(*columns)


def group_bars(
    group: Group, paths: Paths, quotes: Quotes, options: DemoOptions, *, first_code: int
) -> Bars:
    """Bars of a group, faultless: low <= open, close <= high, and a volume that fits the value."""
    rng = options.rng("bars", group.key)
    close, shape = quotes.close, quotes.close.shape
    daily_vol = group.idio_vol / np.sqrt(group.model.sessions_per_year)
    daily_vol = np.where(group.is_ordinary, daily_vol, 0.001)
    open_ = close / (1 + 0.7 * paths.ret) * np.exp(0.2 * daily_vol * rng.normal(size=shape))
    high = np.maximum(open_, close) * (1 + 0.4 * daily_vol * np.abs(rng.normal(size=shape)))
    low = np.minimum(open_, close) / (1 + 0.4 * daily_vol * np.abs(rng.normal(size=shape)))
    volume = _volumes(group, paths, close, rng)
    alive = np.arange(shape[0])[:, None] >= group.first_row
    alive &= np.arange(shape[0])[:, None] <= group.last_row
    codes = np.broadcast_to(np.arange(first_code, first_code + group.n), shape)
    days = np.broadcast_to(group.grid.sessions[:, None], shape)
    flat = [column.T[alive.T] for column in (codes, days, open_, high, low, close, volume)]
    flat[2:5] = [_as_quoted(column, group) for column in flat[2:5]]
    return Bars(*flat, has_close=np.ones(len(flat[0]), dtype=bool))


def _as_quoted(values: np.ndarray, group: Group) -> np.ndarray:
    if group.model.asset_class == "crypto":
        return round_significant(values, 8)
    return np.round(values, 2 if group.quote_currency == "GBp" else 4)


def _volumes(group: Group, paths: Paths, close: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Units traded: a share of the market value, more on days that move, few where illiquid."""
    usd = USD_PER_UNIT[group.currency]
    median, spread = TURNOVER[group.model.asset_class]
    turnover = rng.lognormal(np.log(median), spread, group.n)
    money = turnover * paths.cap * usd
    money = np.where(group.has("micro_cap"), money, np.maximum(money, LIQUID_FLOOR_USD))
    money = np.where(group.has("illiquid"), rng.uniform(1e5, 4e5, group.n), money)
    busy = np.exp(0.35 * rng.normal(size=close.shape)) * np.minimum(1 + 8 * np.abs(paths.ret), 4)
    price_usd = close * usd / (PENCE if group.quote_currency == "GBp" else 1.0)
    units = money * busy / price_usd
    if group.model.asset_class == "crypto":
        return round_significant(units, 8)
    return np.maximum(np.round(units), 1.0)
