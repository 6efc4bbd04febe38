"""The whole market, simulated: groups, true paths, statements, chain."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.demo_market.coins import Chain, simulate_coins
from ingest.demo_market.equities import simulate_equities
from ingest.demo_market.lives import coin_group, equity_groups
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.returns import MarketPath, Paths, market_paths
from ingest.demo_market.statements import Companies
from ingest.demo_market.universe import Group


@dataclass
class Market:
    """Everything true about the market, before it is quoted and before any fault.

    Attributes
    ----------
    groups : the countries, then the coins; `paths` in the same order.
    companies : by country.
    """

    options: DemoOptions
    markets: dict[str, MarketPath]
    groups: list[Group]
    paths: list[Paths]
    companies: dict[str, Companies]
    chain: Chain


def simulate_market(options: DemoOptions) -> Market:
    """Simulate all groups; about three seconds for the default market."""
    markets = market_paths(options)
    groups, paths, companies = equity_groups(options), [], {}
    n_jumps = {"US": 1, "GB": 0, "DE": 1 if options.n_equities >= 160 else 0}
    for group in groups:
        path, books = simulate_equities(
            group, markets["equity"], options, n_jumps=n_jumps[group.key]
        )
        paths.append(path)
        companies[group.key] = books
    coins = coin_group(options)
    path, chain = simulate_coins(coins, markets["crypto"], options, n_jumps=1)
    return Market(options, markets, [*groups, coins], [*paths, path], companies, chain)
