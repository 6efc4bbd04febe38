"""The life of the coins, month by month, with their on-chain activity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.demo_market import planted
from ingest.demo_market.jumps import jump_months, jump_once
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.returns import (
    MarketPath,
    Paths,
    block_returns,
    decide,
    noise_of,
    trailing_return,
    volatility_1y,
)
from ingest.demo_market.universe import Group

SUPPLY_REVERSION = 0.7
SUPPLY_GROWTH = (-0.50, 0.80)
NVT_DAYS, NVT_MIN_DAYS = 90, 72


@dataclass
class Chain:
    """On-chain activity, rows = days, columns = coins.

    Attributes
    ----------
    price_usd : true price.
    transfers_usd : adjusted transfer value of the day.
    addresses : active addresses of the day.
    """

    price_usd: np.ndarray
    transfers_usd: np.ndarray
    addresses: np.ndarray


def simulate_coins(
    group: Group, market: MarketPath, options: DemoOptions, *, n_jumps: int
) -> tuple[Paths, Chain]:
    """Simulate returns, supply and on-chain activity of all coins.

    Coins are issued when their value is low for them and burnt when it is high, so that values
    stay dispersed around their own level; returns do not depend on it.
    """
    rng = options.rng("coins")
    target = _target_caps(group, rng)
    noise = noise_of(group, market, options)
    _peg(group, noise, options.rng("pegs"))
    shape, n_months = noise.shape, len(group.grid.blocks)
    paths = Paths(ret=np.zeros(shape), cap=np.zeros(shape))
    velocity = _velocities(group, rng)
    chain = _daily_noise(group, rng, shape)
    index = np.ones(shape)
    supply = target * rng.lognormal(0, 0.3, group.n) / chain.price_usd[0]
    price, level = chain.price_usd[0].copy(), np.ones(group.n)
    months_with_jump = jump_months(n_months, n_jumps)
    may_jump = ~group.has("micro_cap") & (np.arange(group.n) > 0)
    for m, (first, end) in enumerate(group.grid.blocks):
        ret = block_returns(group, noise, paths, (first, end))
        ret[:, ~group.is_ordinary] = _pegged_block(group, noise[first:end], ret, first)
        if m in months_with_jump:
            jump_once(group, paths, ret, first, allowed=may_jump)
        growth = np.cumprod(1 + ret, axis=0)
        block = slice(first, end)
        chain.price_usd[block], index[block] = price * growth, level * growth
        growing = group.first_row < first
        supplies = supply * _supply_growth(target / (supply * price), growing, end - first)
        paths.ret[block], paths.cap[block] = ret, supplies * chain.price_usd[block]
        chain.transfers_usd[block] *= paths.cap[block] * velocity[m]
        chain.addresses[block] *= 0.05 * paths.cap[block] ** 0.7
        supply, price, level = supplies[-1], chain.price_usd[end - 1], index[end - 1]
        raw = characteristics(group, chain, paths, index, end - 1)
        large = paths.cap[end - 2] >= planted.MIN_COIN_CAP_USD
        paths.decisions.append(decide(group, end - 1, raw, group.may_rank(end - 1) & large))
    return paths, chain


def characteristics(
    group: Group, chain: Chain, paths: Paths, index: np.ndarray, row: int
) -> dict[str, np.ndarray]:
    """Raw factor values at a month end; on-chain numbers of a day count from the next."""
    first = max(0, row - NVT_DAYS)
    days_live = row - np.maximum(group.first_row, first)
    alive = np.arange(first, row)[:, None] >= group.first_row
    transfers = np.where(alive, chain.transfers_usd[first:row], 0.0).sum(axis=0)
    cap = np.where(group.first_row < row, paths.cap[row - 1], np.nan)
    mean_transfers = np.where(
        days_live >= NVT_MIN_DAYS, transfers / np.maximum(days_live, 1), np.nan
    )
    return {
        "momentum_3w": trailing_return(group, index, row, (0, 21)),
        "network_value_to_transactions": cap / mean_transfers,
        "size": np.log(cap),
        "volatility_1y": volatility_1y(group, paths.ret, row),
    }


def _target_caps(group: Group, rng: np.random.Generator) -> np.ndarray:
    target = np.exp(np.clip(rng.normal(np.log(6e8), 1.8, group.n), np.log(2e7), np.log(1e11)))
    target[0] = 2e11
    target[group.has("micro_cap")] = 4e5
    target[~group.is_ordinary] = 4e9
    return target


def _supply_growth(pull: np.ndarray, growing: np.ndarray, n_days: int) -> np.ndarray:
    """Supply of each day over that before the month; `pull` is wanted over present value."""
    rate = np.clip(SUPPLY_REVERSION * np.log(pull), *SUPPLY_GROWTH)
    rate = np.where(growing, rate, 0.0)
    return np.exp(np.arange(1, n_days + 1)[:, None] * rate / 365)


def _velocities(group: Group, rng: np.random.Generator) -> np.ndarray:
    """Share of a coin's value transferred a day, by month: own level, moving over about a year."""
    n_months = len(group.grid.blocks)
    level = rng.normal(np.log(0.02), 0.3, group.n)
    moving = rng.normal(0, 0.75, group.n)
    rows = []
    for _ in range(n_months):
        moving = 0.93 * moving + 0.75 * np.sqrt(1 - 0.93**2) * rng.normal(size=group.n)
        rows.append(np.exp(level + moving))
    return np.array(rows)


def _daily_noise(group: Group, rng: np.random.Generator, shape: tuple[int, int]) -> Chain:
    """A chain that holds first prices and the noise of its numbers, to be scaled month by month."""
    return Chain(
        _first_prices(group, rng) * np.ones(shape),
        rng.lognormal(-0.03, 0.25, shape),
        rng.lognormal(0, 0.15, shape),
    )


def _first_prices(group: Group, rng: np.random.Generator) -> np.ndarray:
    prices = rng.lognormal(np.log(3.0), 2.2, group.n)
    prices[group.kinds == "stablecoin"] = 1.0
    prices[0] = 450.0
    prices[group.kinds == "wrapped"] = prices[0]
    return prices


def _peg(group: Group, noise: np.ndarray, rng: np.random.Generator) -> None:
    """Replace the noise of pegged assets by the daily change of a small deviation from the peg."""
    for i in np.flatnonzero(~group.is_ordinary):
        deviation = 0.0007 * rng.normal(size=len(noise))
        noise[:, i] = np.diff(deviation, prepend=deviation[0])


def _pegged_block(group: Group, noise: np.ndarray, ret: np.ndarray, first: int) -> np.ndarray:
    """Returns of stablecoins (the deviation alone) and of the wrapped coin (on the first coin)."""
    pegged = np.flatnonzero(~group.is_ordinary)
    base = np.where(group.kinds[pegged] == "wrapped", ret[:, [0]], 0.0)
    values = (1 + base) * (1 + noise[:, pegged]) - 1
    if first == 0:
        values[0] = 0.0
    return values
