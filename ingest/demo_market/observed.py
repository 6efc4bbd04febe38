"""The market as its vendor shows it: quotes, bars with faults, and what was planted in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.demo_market.bars import Bars, group_bars
from ingest.demo_market.faults import Fault, FaultPlanter
from ingest.demo_market.market import Market
from ingest.demo_market.quotes import Quotes, quote_coins, quote_equities


@dataclass
class Observed:
    """What a vendor delivers.

    Attributes
    ----------
    symbols : by asset number, over all groups.
    currencies : quote currency by asset number.
    quotes : one per group of the market.
    bars : with all faults, ordered by asset and day.
    """

    symbols: list[str]
    currencies: list[str]
    quotes: list[Quotes]
    bars: Bars
    faults: list[Fault]


def observe(market: Market) -> Observed:
    """Quote the true market and plant the faults."""
    quotes, parts, first_codes = [], [], []
    n = 0
    for group, paths in zip(market.groups, market.paths, strict=True):
        if group.model.asset_class == "crypto":
            quoted = quote_coins(market.chain.price_usd)
        else:
            quoted = quote_equities(group, paths, market.options)
        quotes.append(quoted)
        parts.append(group_bars(group, paths, quoted, market.options, first_code=n))
        first_codes.append(n)
        n += group.n
    planter = FaultPlanter(Bars.join(parts), market.options)
    for group, paths, quoted, code in zip(
        market.groups, market.paths, quotes, first_codes, strict=True
    ):
        planter.plant(group, paths, quoted, first_code=code)
    bars = planter.observed()
    bars = bars.take(np.lexsort((bars.day, bars.code)))
    symbols = [symbol for group in market.groups for symbol in group.symbols]
    currencies = [group.quote_currency for group in market.groups for _ in group.symbols]
    return Observed(symbols, currencies, quotes, bars, planter.faults)
