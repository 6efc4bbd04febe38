"""Who lists late, who leaves and how, who belongs to the universe only for a spell."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from ingest.demo_market import planted
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.sessions import CRYPTO_VENUE, SessionGrid, session_grid
from ingest.demo_market.universe import (
    COUNTRIES,
    LAST_SESSIONS_WITHOUT_DELISTING,
    Group,
    blank_group,
)

EQUITY_SHARES = {
    "late": 0.15,
    "known": 0.08,
    "unknown": 0.04,
    "silent": 0.03,
    "illiquid": 0.02,
    "no_gross_profit": 0.01,
    "negative_book": 0.02,
}
MEMBER_SHARE = 0.20
N_STABLECOINS = 2
MERGER_SHARE = 0.3


def equity_groups(options: DemoOptions) -> list[Group]:
    """The countries: half the names US, a quarter each UK and Germany."""
    quarter = options.n_equities // 4
    sizes = {"US": options.n_equities - 2 * quarter, "GB": quarter, "DE": quarter}
    groups = []
    for country, (venue, _, _) in COUNTRIES.items():
        grid = session_grid(venue, options.first_session, options.last_day)
        symbols = [f"{country}{i + 1:03d}" for i in range(sizes[country])]
        groups.append(blank_group(country, planted.EQUITY, grid, symbols, options))
    _deal_equity_roles(groups, options)
    for group in groups:
        _settle_equities(group, options.rng("lives", group.key))
    return groups


def coin_group(options: DemoOptions) -> Group:
    """The coins: ordinary ones first, then two stablecoins and one coin wrapping the first."""
    grid = session_grid(CRYPTO_VENUE, options.first_session, options.last_day)
    n_coins = options.n_coins - N_STABLECOINS - 1
    symbols = [f"COIN{i + 1:02d}" for i in range(n_coins)]
    symbols += [f"STABLE{i + 1}" for i in range(N_STABLECOINS)] + ["WCOIN01"]
    group = blank_group("crypto", planted.CRYPTO, grid, symbols, options)
    group.kinds[n_coins:-1] = "stablecoin"
    group.kinds[-1] = "wrapped"
    group.names[n_coins:] = ["Stable One", "Stable Two", "Wrapped " + group.names[0]]
    _settle_coins(group, n_coins, options)
    return group


def _spare(n: int) -> int:
    """How many of n names may drop out while 10 stay; large groups need no such care."""
    return n if n >= 40 else n - planted.MIN_NAMES


def _deal_equity_roles(groups: list[Group], options: DemoOptions) -> None:
    """Deal each role to names of all countries, no name getting two (but spells may overlap)."""
    rng = options.rng("lives", "roles")
    pool = [
        (g, i)
        for g, group in enumerate(groups)
        for i in rng.permutation(group.n)[: _spare(group.n)]
    ]
    pool = [pool[k] for k in rng.permutation(len(pool))]
    dealt = _deal(
        pool, {r: max(1, round(s * options.n_equities)) for r, s in EQUITY_SHARES.items()}
    )
    leaving = {pair for role in ("known", "unknown", "silent") for pair in dealt[role]}
    staying = [pair for pair in reversed(pool) if pair not in leaving]
    dealt["member"] = staying[: round(MEMBER_SHARE * options.n_equities)]
    for role, pairs in dealt.items():
        for g, group in enumerate(groups):
            group.roles[role] = np.zeros(group.n, dtype=bool)
            group.roles[role][[i for owner, i in pairs if owner == g]] = True


def _deal(pool: list, counts: dict[str, int]) -> dict[str, list]:
    cards: Iterator = iter(pool)
    return {role: list(itertools.islice(cards, n)) for role, n in counts.items()}


def _settle_equities(group: Group, rng: np.random.Generator) -> None:
    """Turn roles into rows of the calendar."""
    total = len(group.grid)
    late = group.has("late")
    group.first_row[late] = rng.integers(total // 10, int(0.6 * total), late.sum())
    for role in ("known", "unknown", "silent"):
        mask = group.has(role)
        group.last_row[mask] = _last_rows(rng, group.grid, 0.3, mask.sum())
        group.delisting[mask] = "loss" if role == "known" else role
    known = np.flatnonzero(group.has("known"))
    group.delisting_return[known] = -np.round(rng.uniform(0.2, 0.9, len(known)), 2)
    mergers = known[: max(1, round(MERGER_SHARE * len(known)))]
    group.delisting[mergers], group.delisting_return[mergers] = "merger", 0.0
    for k, i in enumerate(np.flatnonzero(group.has("member"))):
        shift = int(rng.integers(total // 10, int(0.3 * total)))
        if k % 2 == 0:
            group.member_from[i] = group.first_row[i] + shift
        else:
            group.member_from[i] = group.first_row[i]
            group.member_to[i] = group.last_row[i] - shift


def _settle_coins(group: Group, n_ordinary: int, options: DemoOptions) -> None:
    rng = options.rng("lives", "crypto")
    total = len(group.grid)
    small = n_ordinary < 40
    pool = list(rng.permutation(np.arange(1, n_ordinary)))
    counts = {"silent": 0.10, "micro_cap": 0.05, "illiquid": 0.03}
    counts = {role: max(1, round(s * options.n_coins)) for role, s in counts.items()}
    dealt = _deal(pool[: _spare(n_ordinary)], counts)
    dealt["illiquid"] = dealt["illiquid"] or dealt["micro_cap"]
    for role, members in dealt.items():
        group.roles[role] = np.isin(np.arange(group.n), members)
    late = pool[::-1][: options.n_coins // 2]
    latest = 0.3 if small else 0.45
    group.first_row[late] = rng.integers(int(0.03 * total), int(latest * total), len(late))
    silent = group.has("silent")
    group.last_row[silent] = _last_rows(rng, group.grid, 0.6, silent.sum())
    group.delisting[silent] = "silent"


def _last_rows(
    rng: np.random.Generator, grid: SessionGrid, from_share: float, n: int
) -> np.ndarray:
    """Last bars, so early that the session after them is not among the last sixty."""
    return rng.integers(
        int(from_share * len(grid)), len(grid) - LAST_SESSIONS_WITHOUT_DELISTING - 2, n
    )
