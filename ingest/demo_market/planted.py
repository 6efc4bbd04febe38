"""What is planted: the premia and market numbers that a correct warehouse has to find again."""

from __future__ import annotations

from dataclasses import dataclass

DIRECTION = {
    "book_to_market": 1,
    "earnings_to_price": 1,
    "momentum_12_1": 1,
    "gross_profitability": 1,
    "return_on_equity": 1,
    "size": -1,
    "volatility_1y": -1,
    "momentum_3w": 1,
    "network_value_to_transactions": -1,
}


@dataclass(frozen=True)
class MarketModel:
    """One asset class: its market, its risks and its premia.

    The market premium is paid to every asset alike and only the market's *shock* is scaled by
    beta, so that neither beta nor volatility earns anything.

    Attributes
    ----------
    sessions_per_year, month, year : annualization and window lengths in sessions.
    market_vol_ann, market_premium_ann : before the regime change; then x 1.5 and x 0.5.
    idio_vol_ann : the range that the assets' own volatilities are drawn from.
    premia : annual expected return for one unit of direction x (rank_pct - 0.5).
    interaction : the two factors, and the annual premium on 4 x rank x rank, less what either
        rank explains of it linearly.
    jump : multiple of a genuine, lasting one-day move.
    """

    asset_class: str
    sessions_per_year: int
    month: int
    year: int
    market_vol_ann: float
    market_premium_ann: float
    idio_vol_ann: tuple[float, float]
    premia: dict[str, float]
    interaction: tuple[str, str, float] | None
    jump: float


EQUITY = MarketModel(
    asset_class="equity",
    sessions_per_year=252,
    month=21,
    year=252,
    market_vol_ann=0.14,
    market_premium_ann=0.08,
    idio_vol_ann=(0.25, 0.40),
    premia={
        "book_to_market": 0.17,
        "momentum_12_1": 0.20,
        "gross_profitability": 0.14,
        "size": 0.03,
        "return_on_equity": 0.0,
        "earnings_to_price": 0.0,
        "volatility_1y": 0.0,
    },
    interaction=("momentum_12_1", "gross_profitability", 0.16),
    jump=6.0,
)

CRYPTO = MarketModel(
    asset_class="crypto",
    sessions_per_year=365,
    month=30,
    year=365,
    market_vol_ann=0.65,
    market_premium_ann=0.60,
    idio_vol_ann=(0.60, 1.10),
    premia={
        "momentum_3w": 1.00,
        "network_value_to_transactions": 1.10,
        "size": 0.0,
        "volatility_1y": 0.0,
    },
    interaction=None,
    jump=12.0,
)

STRONG = {
    "equity": ("book_to_market", "momentum_12_1", "gross_profitability"),
    "crypto": ("momentum_3w", "network_value_to_transactions"),
}
BETA_RANGE = (0.5, 1.5)
EQUITY_CRYPTO_CORRELATION = 0.25
REGIME_VOL_FACTOR = 1.5
REGIME_PREMIUM_FACTOR = 0.5
MIN_NAMES = 10
MIN_COIN_CAP_USD = 1e6
