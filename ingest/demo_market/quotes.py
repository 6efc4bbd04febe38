"""From true values to quoted prices: shares, splits, dividends per share, rounding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.demo_market.options import DemoOptions
from ingest.demo_market.returns import Paths
from ingest.demo_market.universe import Group

FORWARD_RATIOS = (2.0, 3.0, 1.5)
FORWARD_CHANCES = (0.6, 0.15, 0.25)
REVERSE_RATIO = 0.1
FORWARD_SHARE, REVERSE_SHARE = 0.35, 0.03
SESSIONS_BETWEEN_SPLITS = 120
SESSIONS_TO_EVENTS = 15
TYPICAL_PRICE = {"USD": 45.0, "EUR": 45.0, "GBP": 4.5}
PENCE = 100.0


@dataclass
class Quotes:
    """What a perfect vendor would show for a group, rows = sessions, columns = assets.

    Attributes
    ----------
    close : as traded, in the quote currency, rounded as quoted.
    shares : outstanding; empty for coins.
    splits : (row, asset, new shares per old).
    dividends : (row, asset, money per share in the quote currency).
    """

    close: np.ndarray
    shares: np.ndarray
    splits: list[tuple[int, int, float]]
    dividends: list[tuple[int, int, float]]


def quote_coins(price_usd: np.ndarray) -> Quotes:
    """Coin prices to eight significant digits."""
    return Quotes(round_significant(price_usd, 8), np.empty((0, 0)), [], [])


def quote_equities(group: Group, paths: Paths, options: DemoOptions) -> Quotes:
    """Share counts, splits and as-traded prices of one country; pence have two decimals."""
    rng = options.rng("quotes", group.key)
    typical = TYPICAL_PRICE[group.currency]
    listed_at = typical * np.clip(rng.lognormal(0, 0.5, group.n), 0.35, 4.0)
    listed_cap = paths.cap[group.first_row, np.arange(group.n)]
    base = np.round(listed_cap / listed_at, -2)
    planner = _SplitPlanner(group, paths, paths.cap / base, typical, rng)
    factor = np.ones(paths.cap.shape)
    for row, i, ratio in planner.splits:
        factor[row:, i] *= ratio
    shares = base * factor
    scale, decimals = (PENCE, 2) if group.quote_currency == "GBp" else (1.0, 4)
    dividends = [
        (row, i, float(np.round(money / shares[row, i] * scale, 6)))
        for row, i, money in paths.dividends
    ]
    close = np.round(paths.cap / shares * scale, decimals)
    return Quotes(close, shares, planner.splits, dividends)


def round_significant(values: np.ndarray, digits: int) -> np.ndarray:
    """Round positive numbers to significant digits."""
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(values)))
    return np.round(values * scale) / scale


class _SplitPlanner:
    """Chooses splits across the sample: forward where a share is dear, reverse where cheap."""

    def __init__(
        self,
        group: Group,
        paths: Paths,
        price: np.ndarray,
        typical: float,
        rng: np.random.Generator,
    ):
        self.group, self.price, self.rng = group, price, rng
        self.splits: list[tuple[int, int, float]] = []
        self.events: dict[int, list[int]] = {i: [] for i in range(group.n)}
        for row, i, *_ in [*paths.dividends, *paths.jumps]:
            self.events[i].append(row)
        n_reverse = max(1, round(REVERSE_SHARE * group.n))
        cheapest = np.argsort(self._lowest(), kind="stable")[: 2 * n_reverse]
        self._plan(n_reverse, lambda i, price: i in cheapest and price < typical, reverse=True)
        n_forward = max(2, round(FORWARD_SHARE * group.n))
        self._plan(n_forward, lambda i, price: price > 1.2 * typical, reverse=False)
        self.splits.sort()

    def _lowest(self) -> np.ndarray:
        rows = np.arange(len(self.price))[:, None]
        alive = (rows >= self.group.first_row) & (rows <= self.group.last_row)
        return np.where(alive, self.price, np.inf).min(axis=0)

    def _plan(self, wanted: int, fits, *, reverse: bool) -> None:
        planned = 0
        for _ in range(400 * wanted):
            if planned == wanted:
                return
            i = int(self.rng.integers(self.group.n))
            first, last = self.group.first_row[i], self.group.last_row[i]
            row = int(self.rng.integers(first + 20, last - 20))
            ratio = REVERSE_RATIO
            if not reverse:
                ratio = float(self.rng.choice(FORWARD_RATIOS, p=FORWARD_CHANCES))
            if self._is_free(row, i) and fits(i, self._price_at(row, i)):
                self.splits.append((row, i, ratio))
                planned += 1

    def _is_free(self, row: int, i: int) -> bool:
        apart = all(abs(row - event) > SESSIONS_TO_EVENTS for event in self.events[i])
        return apart and all(
            abs(row - other) > SESSIONS_BETWEEN_SPLITS for other, j, _ in self.splits if j == i
        )

    def _price_at(self, row: int, i: int) -> float:
        earlier = [ratio for other, j, ratio in self.splits if j == i and other <= row]
        return float(self.price[row, i] / np.prod(earlier))
