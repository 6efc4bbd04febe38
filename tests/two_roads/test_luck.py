"""Probabilistic and deflated Sharpe ratios, track records and overfitting by other roads."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import skfolio.measures
from scipy.stats import norm

from tests.builds import Market as Built
from tests.compiled import model_sql
from tests.two_roads import luck
from tests.two_roads.inputs import Market
from tests.two_roads.test_metrics import books

LUCK = ("construction.return_moments", "performance.trials", "performance.luck")
OVERFITTING = (
    *("construction.block_returns", "performance.overfitting_splits", "performance.overfitting"),
)
BOOTSTRAP = (
    *("construction.return_moments", "construction.sharpe_block_sums"),
    *("construction.sharpe_draws", "performance.sharpe_bootstrap"),
)


@pytest.fixture(scope="module")
def sql(small_market: Built) -> dict[str, str]:
    """The models of luck as a first build has compiled them."""
    names = {name.split(".")[1] for name in (*LUCK, *OVERFITTING, *BOOTSTRAP)}
    return {name: model_sql(small_market, name) for name in names}


def noise(n_days: int, n_books: int, seed: int, sharpe: float = 0.0) -> np.ndarray:
    """Returns of books worth nothing but the last, whose true annual Sharpe ratio is given."""
    drawn = np.random.default_rng(seed).standard_normal((n_days, n_books)) / 100
    drawn[:, -1] += sharpe / np.sqrt(261) / 100
    return drawn


# ---- probabilities ----------------------------------------------------------------------------


def test_luck_is_skfolios(market: Market) -> None:
    """Trials on other calendars are brought to each strategy's own: annual ratio / sqrt(A)."""
    theirs = market.table("performance.luck").set_index("strategy")
    trials = market.table("performance.trials")
    summary = market.table("performance.summary").set_index("strategy")
    assert (theirs["n_trials"] == len(trials)).all()
    assert len(trials) > 5
    for name, book in books(market).items():
        excess = (book["net_return"] - book["risk_free_return"]).to_numpy()
        periods = summary.loc[name, "periods_per_year"]
        row = theirs.loc[name]
        psr = skfolio.measures.probabilistic_sharpe_ratio(excess)
        dsr = skfolio.measures.deflated_sharpe_ratio(
            excess, trials["sharpe"].to_numpy() / np.sqrt(periods)
        )
        assert row["psr"] == pytest.approx(psr, rel=1e-10)
        assert row["dsr"] == pytest.approx(dsr, rel=1e-10)
        assert tuple(summary.loc[name, ["psr", "dsr"]]) == (row["psr"], row["dsr"])


def test_a_track_record_of_the_least_length_is_just_enough(market: Market) -> None:
    found = market.table("performance.luck")
    ratio = found["sharpe"] / np.sqrt(
        market.table("performance.summary")
        .set_index("strategy")["periods_per_year"]
        .loc[found["strategy"]]
        .to_numpy()
    )
    variance = 1 - found["skewness"] * ratio + (found["kurtosis"] - 1) / 4 * ratio**2
    reached = norm.cdf(ratio * np.sqrt((found["min_track_record_days"] - 1) / variance))
    assert (found["min_track_record_days"].notna() == (ratio > 0)).all()
    np.testing.assert_allclose(reached[ratio > 0], 0.95, rtol=1e-10)


def test_a_trial_alone_is_not_deflated(sql: dict[str, str]) -> None:
    given = {"performance.daily_pnl": luck.daily_rows(noise(300, 1, seed=1, sharpe=1))}
    found = luck.run(sql, given | luck.tables_beside(1), LUCK)["luck"].iloc[0]
    assert found["n_trials"] == 1
    assert found["expected_max_sharpe"] == 0
    assert 0 < found["psr"] == found["dsr"] < 1


@pytest.mark.parametrize(
    ("n_trials", "skewness", "kurtosis", "dsr"),
    [(100, -3, 10, 0.9004), (46, -3, 10, 0.9505), (88, 0, 3, 0.9505)],
)
def test_the_published_example(
    sql: dict[str, str], n_trials: int, skewness: float, kurtosis: float, dsr: float
) -> None:
    """Bailey and Lopez de Prado (2014): 2.5 a year in 1,250 days, trials' variance 1/2 a year."""
    spread = np.sqrt(0.5 * (n_trials - 1) / n_trials)
    trials = pd.DataFrame({"sharpe": np.tile([spread, -spread], n_trials // 2), "skewness": 0.0})
    moments = {
        "strategy": ["best"],
        "n_days": [1250],
        "periods_per_year": [250.0],
        "mean_excess": [2.5 / np.sqrt(250)],
        "std_excess": [1.0],
        "skewness": [float(skewness)],
        "kurtosis": [float(kurtosis)],
    }
    given = {
        "performance.trials": trials,
        "construction.return_moments": pd.DataFrame(moments),
    }
    found = luck.run(sql, given, ["performance.luck"])["luck"].iloc[0]
    assert round(found["dsr"], 4) == dsr
    if n_trials == 100:
        assert round(found["expected_max_sharpe"] / np.sqrt(250), 4) == 0.1132


# ---- noise, and what is not ---------------------------------------------------------------------


def test_the_best_of_a_thousand_books_worth_nothing_is_found_out(sql: dict[str, str]) -> None:
    """A year of 1,000 noise books, 10 times over; `make soak` tries more and longer ones."""
    best = [best_of_noise(sql, 252, 1000, seed) for seed in range(10)]
    found = pd.DataFrame(best)
    print(found.describe().loc[["min", "50%", "max"]].round(3).to_string())
    assert found["sharpe"].min() > 2.4
    assert found["psr"].min() > 0.99
    assert (found["dsr"] > 0.95).sum() == 0
    assert 0.3 < found["dsr"].median() < 0.7


def best_of_noise(sql: dict[str, str], n_days: int, n_books: int, seed: int) -> pd.Series:
    """The row of luck with the highest Sharpe ratio."""
    given = {"performance.daily_pnl": luck.daily_rows(noise(n_days, n_books, seed))}
    found = luck.run(sql, given | luck.tables_beside(n_books), LUCK)["luck"]
    assert (found["n_trials"] == n_books).all()
    return found.loc[found["sharpe"].idxmax(), ["sharpe", "psr", "dsr", "expected_max_sharpe"]]


def test_a_real_strategy_among_two_hundred_passes(sql: dict[str, str]) -> None:
    """Five years of a true Sharpe ratio of 3 a year among 199 that are worth nothing."""
    passed = []
    for seed in range(4):
        given = {"performance.daily_pnl": luck.daily_rows(noise(1305, 200, seed, sharpe=3))}
        found = luck.run(sql, given | luck.tables_beside(200), LUCK)["luck"]
        passed += [list(found.loc[found["dsr"] > 0.95, "strategy"])]
    assert passed == [["s0199"]] * 4


def test_bootstrapped_intervals_hold_the_truth(sql: dict[str, str]) -> None:
    """95 % intervals of 200 books with a true Sharpe ratio of 0, whose days hang together."""
    shocks = noise(756, 200, seed=5)
    returns = np.copy(shocks)
    for day in range(1, len(returns)):
        returns[day] += 0.2 * returns[day - 1]
    given = {"performance.daily_pnl": luck.daily_rows(returns)}
    found = luck.run(sql, given, BOOTSTRAP)["sharpe_bootstrap"]
    holds = ((found["sharpe_lower"] < 0) & (found["sharpe_upper"] > 0)).mean()
    print(f"95 % intervals that hold 0: {holds:.3f}")
    assert len(found) == 200
    assert 0.87 < holds < 0.98


# ---- overfitting ------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_days", "n_books", "seed"), [(163, 2, 1), (250, 7, 2)])
def test_overfitting_of_random_books(
    sql: dict[str, str], n_days: int, n_books: int, seed: int
) -> None:
    returns = noise(n_days, n_books, seed, sharpe=1.5)
    given = {"performance.daily_pnl": luck.daily_rows(returns)}
    found = luck.run(sql, given | luck.tables_beside(n_books), OVERFITTING)
    ours = luck.cross_validated(returns).set_index("split_no").sort_index()
    theirs = found["overfitting_splits"].set_index("split_no").sort_index()
    assert list(theirs.index) == list(ours.index)
    assert len(theirs) == 12870
    assert (theirs["strategy"].str[1:].astype(int) == ours["chosen"]).all()
    for column in ("chosen_sharpe", "other_sharpe"):
        np.testing.assert_allclose(theirs[column], ours[column], atol=1e-10, rtol=0)
    for column in ("relative_rank", "logit"):
        np.testing.assert_allclose(theirs[column], ours[column], rtol=1e-12)
    row = found["overfitting"].iloc[0]
    slope = np.polyfit(ours["chosen_sharpe"], ours["other_sharpe"], 1)[0]
    assert row["n_strategies"] == n_books
    assert row["pbo"] == pytest.approx((ours["logit"] <= 0).mean(), rel=1e-12)
    assert row["loss_probability"] == pytest.approx((ours["other_sharpe"] < 0).mean(), rel=1e-12)
    assert row["median_logit"] == pytest.approx(ours["logit"].median(), rel=1e-12)
    assert row["degradation_slope"] == pytest.approx(slope, rel=1e-6)


def test_overfitting_by_hand(sql: dict[str, str]) -> None:
    """One book earns what the other loses, in 8 blocks as much as it loses in the other 8.

    Whoever is ahead in the days chosen from is behind in the others: rank 1 of 2, odds 1 to 2. In
    choose(8, 4)^2 = 4,900 of the 12,870 splits both are level on both sides: rank 1.5, even odds.
    """
    days = np.tile([0.02, -0.01], 8)
    book = np.concatenate([days + (0.01 if block % 2 else -0.02) for block in range(16)])
    given = {"performance.daily_pnl": luck.daily_rows(np.column_stack([book, -book]))}
    found = luck.run(sql, given | luck.tables_beside(2), OVERFITTING)
    logits = found["overfitting_splits"]["logit"].round(12).value_counts()
    assert logits.to_dict() == {round(-np.log(2), 12): 7970, 0: 4900}
    row = found["overfitting"].iloc[0]
    assert row["pbo"] == 1
    assert row["loss_probability"] == pytest.approx(7970 / 12870)
    assert row["degradation_slope"] == pytest.approx(-1)


def test_a_better_book_is_no_overfitting(sql: dict[str, str]) -> None:
    given = {"performance.daily_pnl": luck.daily_rows(noise(640, 20, seed=4, sharpe=12))}
    found = luck.run(sql, given | luck.tables_beside(20), OVERFITTING)["overfitting"].iloc[0]
    assert found["pbo"] == 0
    assert found["loss_probability"] == 0


def test_overfitting_of_a_thousand_books_takes_seconds(sql: dict[str, str]) -> None:
    """Noise: the best in half of the days is anywhere in the other half."""
    given = {"performance.daily_pnl": luck.daily_rows(noise(336, 1000, seed=6))}
    started = time.process_time()
    found = luck.run(sql, given | luck.tables_beside(1000), OVERFITTING)["overfitting"].iloc[0]
    seconds = time.process_time() - started
    print(f"12,870 splits of 1,000 books: {seconds:.1f} s of a core, pbo {found['pbo']:.2f}")
    assert (found["n_strategies"], found["n_splits"]) == (1000, 12870)
    assert 0.2 < found["pbo"] < 0.8
    assert seconds < 30
