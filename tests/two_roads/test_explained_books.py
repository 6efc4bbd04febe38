"""Awkward and random strategies: each weight follows from what is shown of its leg and book."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.contract.explained import Published, Recomputed
from tests.two_roads.inputs import Market

N_RANDOM = 6
LIMITS = "turnover_cap is not null or no_trade_band is not null or participation_cap is not null"


@pytest.fixture(scope="module")
def published(random_market: Market) -> Iterator[Published]:
    opened = Published(random_market.path)
    yield opened
    opened.close()


def off_by(published: Published, strategy: str, draw: np.random.Generator) -> tuple:
    """A random weight of a strategy and how far it lies from what follows of it."""
    rows = published.ask(
        "select as_of_date, symbol, target_weight from portfolios.target_weights"
        " where strategy = ? order by all",
        strategy,
    )
    day, symbol, weight = rows.iloc[draw.integers(len(rows))]
    again = Recomputed(published, day, strategy, from_scores=True)
    return day, symbol, weight, abs(again.target(symbol, again.desired()) - weight)


def test_weights_of_random_strategies_follow_from_what_is_shown(published):
    draw = np.random.default_rng(3)
    names = published.ask(
        "select strategy from seeds.strategies"
        " where weighting <> 'risk_parity' and strategy in"
        " (select strategy from portfolios.target_weights) order by all"
    )["strategy"]
    limited = published.ask(f"select strategy from seeds.strategies where {LIMITS}")["strategy"]
    chosen = draw.permutation(names[names.isin(limited)])[:N_RANDOM]
    chosen = [*chosen, *draw.permutation(names[~names.isin(limited)])[:N_RANDOM]]
    off = {strategy: off_by(published, strategy, draw) for strategy in chosen}
    wrong = {strategy: found for strategy, found in off.items() if not found[-1] <= 1e-9}
    assert not wrong


def test_a_book_of_cash_has_nothing_to_explain(published):
    rows = published.ask("from explain_weight('2017-06-30', 'all_in_cash', 'US001')")
    assert list(rows["value_text"]) == ["the strategy holds cash alone"]
    assert published.ask("from explain_leg('2017-06-30', 'all_in_cash')").empty
    assert published.ask("from positions_on('2017-06-30', 'all_in_cash')").empty


def test_a_ruined_book_says_since_when(published):
    lost = published.ask("select ruin_date from portfolios.ruins where strategy = 'ruined'")
    assert len(lost) == 1
    day = lost["ruin_date"].iloc[0]
    after = published.ask(
        "select as_of_date, symbol from portfolios.target_weights"
        " where strategy = 'ruined' and as_of_date > ? order by all limit 1",
        day.date(),
    ).iloc[0]
    rows = published.ask(
        "from explain_weight(?, 'ruined', ?)", after["as_of_date"].date(), after["symbol"]
    )
    said = rows.set_index("item").loc["ruin_date", "value_text"]
    assert said == str(day.date())
    assert published.ask("from positions_on(?, 'ruined')", day.date()).empty
