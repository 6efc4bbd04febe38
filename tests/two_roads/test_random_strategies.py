"""300 random strategies on a random market: each keeps every rule or is refused with a reason."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.two_roads import rules
from tests.two_roads.inputs import Market
from tests.two_roads.portfolios import desired_weights
from tests.two_roads.random_markets import RHYTHMS, known_of, universe_of
from tests.two_roads.random_strategies import awkward_rows, impossible, random_rows
from tests.two_roads.tape import Yields, book_days
from tests.two_roads.test_pnl import loop_disagreements
from tests.two_roads.test_portfolios import disagreements_of_construction
from warehouse.strategy_checks import row_problems


@pytest.fixture(scope="module")
def rows(random_market: Market) -> pd.DataFrame:
    return rules.desired(random_market)


def test_a_row_is_refused_with_its_reason_where_it_can_never_be_met(random_market):
    universe, known = universe_of(random_market.path), known_of(random_market.path)
    random = random_rows(1, 300, RHYTHMS)
    problems = {row["strategy"]: row_problems(row, known) for row in random}
    wrong = [
        (row, problems[row["strategy"]])
        for row in random
        if bool(problems[row["strategy"]]) != impossible(row, universe)
    ]
    assert not wrong, wrong[:3]
    refused = [reasons for reasons in problems.values() if reasons]
    assert 75 < len(refused) < 225
    assert all(len(reason) > 30 for reasons in refused for reason in reasons)
    held = set(random_market.table("seeds.strategies")["strategy"])
    assert held >= {name for name, reasons in problems.items() if not reasons}


def test_awkward_strategies_are_accepted(random_market):
    known = known_of(random_market.path)
    problems = {row["strategy"]: row_problems(row, known) for row in awkward_rows()}
    assert not any(problems.values()), problems


def test_a_book_of_cash_earns_the_risk_free_rate(random_market):
    pnl = random_market.table("performance.daily_pnl")
    pnl = pnl[pnl["strategy"] == "all_in_cash"].sort_values("date")
    dates = random_market.table("construction.rebalances").query("strategy == 'all_in_cash'")
    days = book_days(random_market, "equity_sessions")
    yields = Yields(random_market)
    first = min(day for day in days if day > dates["as_of_date"].min())
    expected = [yields.between(*pair) for pair in pairwise(days) if pair[0] >= first]
    assert list(pnl["date"]) == [day for day in days if day >= first]
    assert (pnl["net_return"] == pnl["risk_free_return"]).all()
    assert np.allclose(pnl["net_return"], [0.0, *expected], rtol=0, atol=1e-15)
    assert not pnl[["cost_return", "borrow_return", "turnover", "gross_exposure"]].any().any()


@pytest.mark.parametrize("rule", rules.OF_WEIGHTS, ids=lambda rule: rule.__name__)
def test_no_desired_weight_breaks_a_rule(rows, rule):
    broken = rule(rows)
    assert broken.empty, f"{len(broken)} rows:\n{broken.head(5).to_string()}"


@pytest.mark.parametrize("rule", rules.OF_BOOKS, ids=lambda rule: rule.__name__)
def test_no_book_breaks_a_rule(random_market, rule):
    broken = rule(random_market)
    assert broken.empty, f"{len(broken)} rows:\n{broken.head(5).to_string()}"


def test_market_neutral_books_have_no_beta(random_market, rows):
    broken = rules.not_neutral(rows, rules.market_betas(random_market))
    assert broken.empty, f"{len(broken)} books:\n{broken.head(5).to_string()}"
    assert (rows["side"] == "market_neutral").sum() > 5_000


def test_desired_weights_are_those_of_the_other_road(random_market):
    ours = desired_weights(random_market)
    assert ours["strategy"].nunique() > 150
    assert not disagreements_of_construction(random_market, ours)


def test_daily_pnl_and_trades_are_the_event_loops(random_market):
    strategies = random_market.table("seeds.strategies").to_dict("records")
    chosen = [
        row
        for place, row in enumerate(strategies)
        if (not row["strategy"].startswith("random_") or place % 6 == 0)
        and row["strategy"] != "all_in_cash"  # it never trades, and has a test of its own
    ]
    assert not loop_disagreements(random_market, chosen)
