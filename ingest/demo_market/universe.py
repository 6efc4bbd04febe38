"""Who is in the market: groups of assets that are ranked together, and what happens to each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ingest.demo_market import planted
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.sessions import CRYPTO_VENUE, SessionGrid

SECTORS = (
    "Communication Services",
    "Consumer Discretionary",
    "Consumer Staples",
    "Energy",
    "Financials",
    "Health Care",
    "Industrials",
    "Information Technology",
    "Materials",
    "Real Estate",
    "Utilities",
)
STEMS = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Ginkgo",
    "Hazel",
    "Ivy",
    "Juniper",
    "Kapok",
    "Linden",
    "Maple",
    "Nutmeg",
    "Oak",
    "Poplar",
    "Quince",
    "Rowan",
    "Spruce",
    "Teak",
    "Umber",
    "Viburnum",
    "Walnut",
    "Yew",
    "Zelkova",
]
COUNTRIES = {
    "US": ("XNYS", "USD", "USD"),
    "GB": ("XLON", "GBP", "GBp"),
    "DE": ("XFRA", "EUR", "EUR"),
}
LAST_SESSIONS_WITHOUT_DELISTING = 60


@dataclass
class Group:
    """Assets of one country, or all coins: one calendar, one cross-section.

    All arrays have one entry per asset. `first_row` and `last_row` are its first and last bar as
    rows of the grid, `member_from` and `member_to` (first row outside) its spell, -1 where none.
    `delisting` is '' (alive), 'loss', 'merger', 'unknown' or 'silent' (no row says so).
    """

    key: str
    model: planted.MarketModel
    country: str | None
    currency: str
    quote_currency: str
    grid: SessionGrid
    symbols: list[str]
    names: list[str]
    sectors: list[str | None]
    kinds: np.ndarray
    beta: np.ndarray
    idio_vol: np.ndarray
    first_row: np.ndarray
    last_row: np.ndarray
    member_from: np.ndarray
    member_to: np.ndarray
    delisting: np.ndarray
    delisting_return: np.ndarray
    roles: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of assets."""
        return len(self.symbols)

    def has(self, role: str) -> np.ndarray:
        """Mask of the assets with a role (illiquid, micro_cap, negative_book, ...)."""
        return self.roles.get(role, np.zeros(self.n, dtype=bool))

    @property
    def is_ordinary(self) -> np.ndarray:
        """Mask of stocks and coins: no stablecoin, no wrapped coin."""
        return np.isin(self.kinds, ["stock", "coin"])

    def is_active(self, row: int) -> np.ndarray:
        """Mask of the assets with a bar at a row."""
        return (self.first_row <= row) & (row <= self.last_row)

    def may_rank(self, row: int) -> np.ndarray:
        """Mask of the assets that pass the tradability rules known to the simulation at a row."""
        inside = (self.member_from <= row) & ((self.member_to < 0) | (row < self.member_to))
        return self.is_active(row) & inside & self.is_ordinary & ~self.has("illiquid")


def blank_group(
    key: str,
    model: planted.MarketModel,
    grid: SessionGrid,
    symbols: list[str],
    options: DemoOptions,
) -> Group:
    """A group whose assets are all listed throughout; betas and volatilities drawn."""
    rng = options.rng("risk", key)
    n = len(symbols)
    country, currency, quote = (None, "USD", "USD")
    if grid.venue != CRYPTO_VENUE:
        country, (_, currency, quote) = key, COUNTRIES[key]
    sectors = [SECTORS[i % len(SECTORS)] if country else None for i in range(n)]
    names = [f"{STEMS[i % len(STEMS)]} {sectors[i] or 'Coin'}" for i in range(n)]
    names = [f"{name} {i // len(STEMS) + 1}" for i, name in enumerate(names)]
    return Group(
        key=key,
        model=model,
        country=country,
        currency=currency,
        quote_currency=quote,
        grid=grid,
        symbols=symbols,
        names=names,
        sectors=sectors,
        kinds=np.full(n, "stock" if country else "coin", dtype=object),
        beta=rng.uniform(*planted.BETA_RANGE, n),
        idio_vol=rng.uniform(*model.idio_vol_ann, n),
        first_row=np.zeros(n, dtype=int),
        last_row=np.full(n, len(grid) - 1),
        member_from=np.full(n, -1),
        member_to=np.full(n, -1),
        delisting=np.full(n, "", dtype=object),
        delisting_return=np.full(n, np.nan),
    )
