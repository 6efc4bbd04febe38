"""Weights against another road, their own constraints and a convex solver."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.two_roads import rules
from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.portfolios import Limits, desired_weights, equal_risk, fill_sectors, water_fill


def disagreements_of_construction(market: Market, ours: pd.DataFrame) -> str:
    """What differs in desired_weights, family sleeves apart."""
    strategies = market.table("seeds.strategies")
    sleeves = strategies[strategies["score"] == "family_sleeves"]["strategy"]
    theirs = market.table("construction.desired_weights")
    theirs = theirs[~theirs["strategy"].isin(sleeves)]
    keys = ["as_of_date", "strategy", "symbol", "leg"]
    columns = ["is_scheduled", "desired_weight"]
    return disagreements(ours, theirs, keys, columns, relative=1e-10)


@pytest.fixture(scope="module")
def ours(market: Market) -> pd.DataFrame:
    return desired_weights(market)


@pytest.fixture(scope="module")
def rows(market: Market) -> pd.DataFrame:
    return rules.desired(market)


def test_desired_weights_agree(market, ours):
    assert not disagreements_of_construction(market, ours)


@pytest.mark.parametrize("rule", rules.OF_WEIGHTS, ids=lambda rule: rule.__name__)
def test_no_desired_weight_breaks_a_rule(rows, rule):
    broken = rule(rows)
    assert broken.empty, f"{len(broken)} rows:\n{broken.head(5).to_string()}"


def test_market_neutral_books_have_no_beta(market, rows):
    broken = rules.not_neutral(rows, rules.market_betas(market))
    assert broken.empty, f"{len(broken)} books:\n{broken.head(5).to_string()}"


def test_water_filling_minimizes_the_distance_to_raw(ours):
    import cvxpy

    legs = ours.groupby(["as_of_date", "strategy", "asset_class", "leg"])
    uneven = [leg for _, leg in legs if leg["raw"].nunique() > 1 and len(leg) > 5]
    assert len(uneven) > 20
    for leg in uneven[:: len(uneven) // 20]:
        raw = leg["raw"].to_numpy() / leg["raw"].sum()
        for cap in (0.2, 1.02 / len(raw), raw.mean() * 1.5):
            weights = cvxpy.Variable(len(raw))
            distance = cvxpy.sum(cvxpy.multiply(cvxpy.square(weights - raw), 1 / raw))
            rules_of_leg = [cvxpy.sum(weights) == 1, weights <= cap, weights >= 0]
            if cap * len(raw) <= 1:
                continue
            cvxpy.Problem(cvxpy.Minimize(distance), rules_of_leg).solve()
            assert np.allclose(weights.value, water_fill(list(raw), 1.0, cap), atol=1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_filling_sectors_minimizes_the_distance_to_raw(seed):
    import cvxpy

    draw = np.random.default_rng(seed)
    n_names, cap, sector_cap = 24, 0.09, 0.3
    raw = draw.lognormal(sigma=1, size=n_names)
    raw /= raw.sum()
    sectors = draw.permutation(list("aaaaaaaaaabbbbbccccccddd"))
    weights = cvxpy.Variable(n_names)
    distance = cvxpy.sum(cvxpy.multiply(cvxpy.square(weights - raw), 1 / raw))
    rules_of_leg = [cvxpy.sum(weights) == 1, weights <= cap, weights >= 0]
    rules_of_leg += [cvxpy.sum(weights[sectors == one]) <= sector_cap for one in set(sectors)]
    cvxpy.Problem(cvxpy.Minimize(distance), rules_of_leg).solve(
        solver="CLARABEL", tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12
    )
    names = [f"{place:02d}" for place in range(n_names)]
    found = fill_sectors(
        dict(zip(names, raw, strict=True)),
        dict(zip(names, sectors, strict=True)),
        Limits(1.0, cap, sector_cap=sector_cap),
    )
    assert np.allclose(weights.value, [found[name] for name in names], atol=1e-5)


@pytest.mark.parametrize("n_names", [1, 2, 7, 40])
def test_equal_risk_contributions_are_equal(n_names):
    factors = np.random.default_rng(n_names).normal(size=(n_names, 3 * n_names))
    covariance = factors @ factors.T
    weights = equal_risk(covariance)
    shares = weights * (covariance @ weights)
    assert np.ptp(shares) < 1e-12 * shares.mean()
    assert weights.sum() == pytest.approx(1, abs=1e-12)
