"""Shocks, ranks and the drift that ranks earn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ingest.demo_market import planted
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.universe import Group

TAIL_DEGREES = 5
LARGEST_SHOCK = 6.0
SMALLEST_RETURN, LARGEST_RETURN = -0.7, 1.8
MIN_WINDOW_SHARE = 0.8


@dataclass(frozen=True)
class MarketPath:
    """The market of one asset class on every calendar day of the sample.

    Attributes
    ----------
    days : datetime64[D], without gaps.
    shock : daily market shock, mean zero, to be scaled by beta.
    premium_ann : annual market premium of the day, paid to every asset alike.
    regime_date : from this day on the shock is larger and the premium smaller.
    """

    days: np.ndarray
    shock: np.ndarray
    premium_ann: np.ndarray
    regime_date: np.datetime64


@dataclass
class Decision:
    """What was planted at one month end in one group.

    Attributes
    ----------
    row : the decision session; its drift applies from row + 2 to the next decision's row + 1.
    ranks : factor -> direction x (rank_pct - 0.5) per asset, NaN where not ranked.
    drift_ann : sum of premia and interaction per asset, 0 where nothing is known.
    """

    row: int
    ranks: dict[str, np.ndarray]
    drift_ann: np.ndarray


@dataclass
class Paths:
    """The true daily life of a group, rows = sessions, columns = assets; NaN outside its life.

    `ret` is the total return, `cap` the market value after dividends in major units of the
    group's currency. Sparse events stand as tuples: `dividends` (row, asset, money in all),
    `jumps` (row, asset).
    """

    ret: np.ndarray
    cap: np.ndarray
    decisions: list[Decision] = field(default_factory=list)
    dividends: list[tuple[int, int, float]] = field(default_factory=list)
    jumps: list[tuple[int, int]] = field(default_factory=list)


def fat_tailed(rng: np.random.Generator, shape: int | tuple[int, ...]) -> np.ndarray:
    """Student t noise of unit variance, cut at six standard deviations."""
    noise = rng.standard_t(TAIL_DEGREES, shape) * np.sqrt((TAIL_DEGREES - 2) / TAIL_DEGREES)
    return np.clip(noise, -LARGEST_SHOCK, LARGEST_SHOCK)


def market_paths(options: DemoOptions) -> dict[str, MarketPath]:
    """The two markets, modestly correlated, with the regime change after two thirds."""
    days = np.arange(
        np.datetime64(options.first_session, "D"), np.datetime64(options.last_day, "D") + 1
    )
    regime_date = days[2 * len(days) // 3].astype("datetime64[M]").astype("datetime64[D]")
    late = days >= regime_date
    common = fat_tailed(options.rng("market", "equity"), len(days))
    own = fat_tailed(options.rng("market", "crypto"), len(days))
    share = planted.EQUITY_CRYPTO_CORRELATION
    paths = {}
    for model, noise in (
        (planted.EQUITY, common),
        (planted.CRYPTO, share * common + np.sqrt(1 - share**2) * own),
    ):
        vol = model.market_vol_ann / np.sqrt(model.sessions_per_year)
        vol = vol * np.where(late, planted.REGIME_VOL_FACTOR, 1.0)
        premium = model.market_premium_ann * np.where(late, planted.REGIME_PREMIUM_FACTOR, 1.0)
        paths[model.asset_class] = MarketPath(days, noise * vol, premium, regime_date)
    return paths


def noise_of(group: Group, market: MarketPath, options: DemoOptions) -> np.ndarray:
    """Daily return of each asset before any drift: market premium, beta x shock, own noise."""
    on_sessions = np.searchsorted(market.days, group.grid.sessions)
    per_year = group.model.sessions_per_year
    own = fat_tailed(options.rng("idio", group.key), (len(group.grid), group.n))
    return (
        market.premium_ann[on_sessions, None] / per_year
        + market.shock[on_sessions, None] * group.beta
        + own * group.idio_vol / np.sqrt(per_year)
    )


def block_returns(
    group: Group, noise: np.ndarray, paths: Paths, block: tuple[int, int]
) -> np.ndarray:
    """Total returns of one month: the first session still earns the drift decided before last.

    The session of the first bar and everything outside an asset's life are 0.
    """
    first, end = block
    newest = paths.decisions[-1].drift_ann if paths.decisions else np.zeros(group.n)
    before = paths.decisions[-2].drift_ann if len(paths.decisions) > 1 else np.zeros(group.n)
    rows = np.arange(first, end)[:, None]
    drift = np.where(rows == first, before, newest) / group.model.sessions_per_year
    ret = np.clip(noise[first:end] + drift, SMALLEST_RETURN, LARGEST_RETURN)
    return np.where((rows > group.first_row) & (rows <= group.last_row), ret, 0.0)


def directed_rank(values: np.ndarray, may_rank: np.ndarray, direction: int) -> np.ndarray:
    """Direction x (rank_pct - 0.5) over the finite values that may be ranked, else NaN."""
    rank = np.full(len(values), np.nan)
    chosen = np.flatnonzero(may_rank & np.isfinite(values))
    if len(chosen) >= planted.MIN_NAMES:
        order = np.argsort(np.argsort(values[chosen], kind="stable"), kind="stable")
        rank[chosen] = direction * ((order + 0.5) / len(chosen) - 0.5)
    return rank


def decide(
    group: Group, row: int, raw_values: dict[str, np.ndarray], may_rank: np.ndarray
) -> Decision:
    """Rank the raw values of a month end and price the ranks."""
    model = group.model
    ranks = {
        factor: directed_rank(values, may_rank, planted.DIRECTION[factor])
        for factor, values in raw_values.items()
    }
    drift = np.zeros(group.n)
    for factor, premium in model.premia.items():
        drift += premium * np.nan_to_num(ranks[factor])
    if model.interaction:
        first, second, premium = model.interaction
        drift += premium * interaction_part(ranks[first], ranks[second])
    return Decision(row, ranks, drift)


def interaction_part(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """4 x rank x rank less its least-squares fit on both ranks, so that neither alone shows it."""
    part = np.zeros(len(first))
    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() >= planted.MIN_NAMES:
        a, b = first[both], second[both]
        explained = np.column_stack([np.ones(len(a)), a, b])
        product = 4 * a * b
        part[both] = product - explained @ np.linalg.lstsq(explained, product, rcond=None)[0]
    return part


def volatility_1y(group: Group, ret: np.ndarray, row: int) -> np.ndarray:
    """Annualized standard deviation over the last year of sessions, 80 % of them needed."""
    year = group.model.year
    if row < MIN_WINDOW_SHARE * year:
        return np.full(group.n, np.nan)
    first = max(0, row - year + 1)
    window = ret[first : row + 1]
    n = row - np.maximum(group.first_row, first - 1)
    values = window.std(axis=0, ddof=1) * np.sqrt(group.model.sessions_per_year)
    return np.where(n >= MIN_WINDOW_SHARE * year, values, np.nan)


def trailing_return(group: Group, index: np.ndarray, row: int, lags: tuple[int, int]) -> np.ndarray:
    """Return from the longer lag to the shorter one on the total-return index, NaN before it."""
    late, early = row - lags[0], row - lags[1]
    if early < 0:
        return np.full(group.n, np.nan)
    return np.where(group.first_row <= early, index[late] / index[early] - 1, np.nan)
