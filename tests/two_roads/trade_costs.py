"""What a trade and a position cost: METHODS section 9, a row of cost_models.csv at a time."""

from __future__ import annotations

import math
from typing import Any

from tests.two_roads.inputs import Market
from tests.two_roads.tape import DAYS_PER_YEAR, Known

BPS = 10_000


class Terms:
    """The terms of one cost model.

    An asset class may have several rows, one for each tier of liquidity: the row with the highest
    min_dollar_volume_usd that the name's mean dollar volume reaches; where that is unknown, or
    below them all, the row of the least liquid.
    """

    def __init__(self, market: Market, cost_model: str, asset_class: dict[str, str]) -> None:
        rows = market.table("seeds.cost_models")
        rows = rows[rows["cost_model"] == cost_model].sort_values("min_dollar_volume_usd")
        self._tiers = {
            name: of_class.to_dict("records") for name, of_class in rows.groupby("asset_class")
        }
        self._asset_class = asset_class

    def tier(self, symbol: str, volume_usd: float | None) -> dict[str, Any]:
        """The row that a trade of the name pays by."""
        tiers = self._tiers[self._asset_class[symbol]]
        reached = [
            row
            for row in tiers
            if volume_usd is not None and row["min_dollar_volume_usd"] <= volume_usd
        ]
        return reached[-1] if reached else tiers[0]

    def carry(self, symbol: str, weight: float, days: int) -> float:
        """What holding a weight for some days costs: borrow if short, funding if long."""
        row = self._tiers[self._asset_class[symbol]][0]
        rate = row["borrow_bps_ann"] if weight < 0 else row["funding_bps_ann"]
        return abs(weight) * rate / BPS * days / DAYS_PER_YEAR

    def trade(self, symbol: str, size: float, aum_usd: float, known: Known) -> float:
        """What trading a fraction of the fund costs, as a fraction of the fund."""
        row = self.tier(symbol, known.volume_usd)
        flat = (row["commission_bps"] + row["half_spread_bps"]) / BPS
        return size * (flat + impact(row, size * aum_usd, known))


def impact(row: dict[str, Any], money: float, known: Known) -> float:
    """Market impact of a trade, a fraction of its value; 0 where nothing is known of the name.

    square_root: Y x sigma x (money / volume) ^ 1/2. almgren, for a trade of a whole day: Y x sigma
    x (0.142 x (money / volume) ^ 3/5 + half of 0.314 x money / volume x (cap / volume) ^ 1/4), the
    second part, what is permanent, only where the market cap is known (Almgren et al. 2005).
    """
    if not known.sigma or not known.volume_usd or row["impact_law"] == "none":
        return 0.0
    share = money / known.volume_usd
    shape = math.sqrt(share)
    if row["impact_law"] == "almgren":
        permanent = 0.314 / 2 * share * ((known.market_cap_usd or 0.0) / known.volume_usd) ** 0.25
        shape = 0.142 * share**0.6 + permanent
    return row["impact_coefficient"] * known.sigma * shape
