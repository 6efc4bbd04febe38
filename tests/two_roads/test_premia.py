"""Premia, their samples, regimes, IC decay and bootstrap against pandas, statsmodels and numpy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from tests.builds import Market as Built
from tests.two_roads.agreement import disagreements
from tests.two_roads.compiled import run_models
from tests.two_roads.inputs import Market, variables
from tests.two_roads.premia import (
    bandwidth,
    bootstrap_means,
    ic_tests,
    market_regimes,
    premium_tests,
    start_shares,
)

KEYS = ["asset_class", "factor"]
SERIES = ["kind", "asset_class", "series", "sample"]
TESTED = ["mean", "t_stat", "critical_value", "p_value", "n_periods", "first_date", "last_date"]


@pytest.fixture(scope="module")
def ours(market: Market) -> pd.DataFrame:
    """Every series by the second road."""
    return pd.DataFrame([*premium_tests(market, market_regimes(market)), *ic_tests(market)])


@pytest.fixture(scope="module")
def premia(market: Market) -> pd.DataFrame:
    return market.table("analysis.factor_premia")


def per_year(rows: pd.DataFrame) -> pd.Series:
    """Days a year of a premium's whole."""
    return rows["n_periods"] / ((rows["last_date"] - rows["first_date"]).dt.days / 365.25)


def test_regimes_are_pandas(market):
    theirs = market.table("analysis.market_regimes")
    columns = ["trend", "volatility", "market_return_1y", "market_volatility_3m"]
    assert set(theirs["trend"].dropna()) == {"bull", "bear"}
    assert set(theirs["volatility"].dropna()) == {"calm", "turbulent"}
    assert not disagreements(
        market_regimes(market), theirs, ["date", "asset_class"], columns, relative=1e-10
    )


def test_every_mean_is_tested_as_statsmodels_does(market, ours):
    theirs = market.table("analysis.mean_tests")
    theirs = theirs[theirs["kind"].isin(["premium", "ic"])]
    assert {"whole", "first_half", "half_difference", "bull", "calm"} <= set(ours["sample"])
    assert len(theirs) > 200
    columns = [*TESTED, "bandwidth"]
    assert not disagreements(ours, theirs, SERIES, columns, relative=1e-9, absolute=1e-12)
    plain = ours.dropna(subset="non_overlapping_t")
    theirs = theirs.merge(plain[SERIES], on=SERIES)
    assert not disagreements(plain, theirs, SERIES, ["non_overlapping_t"], relative=1e-9)


@pytest.mark.parametrize(
    ("table", "samples"),
    [
        ("premia_by_sample", ["whole", "first_half", "second_half", "before_publication"]),
        ("premia_by_sample", ["after_publication", "half_difference", "publication_difference"]),
        ("factor_timing", ["bull", "bear", "calm", "turbulent"]),
        ("factor_timing", ["trend_difference", "volatility_difference"]),
    ],
)
def test_parts_of_a_premium_are_shown_per_year_of_the_whole(market, ours, premia, table, samples):
    own = ours[ours["sample"].isin(samples)].rename(columns={"series": "factor"})
    years = premia.assign(per_year=per_year(premia))[[*KEYS, "per_year"]]
    own = own.merge(years, on=KEYS).assign(mean_ann=lambda rows: rows["mean"] * rows["per_year"])
    theirs = market.table(f"analysis.{table}")
    if table == "factor_timing":
        is_difference = theirs["regime"] == "difference"
        named = theirs["regime_kind"] + "_difference"
        theirs["sample"] = theirs["regime"].mask(is_difference, named)
    theirs = theirs[theirs["sample"].isin(samples)]
    columns = ["mean", "mean_ann", "t_stat", "critical_value", "p_value", "n_periods"]
    assert not disagreements(own, theirs, [*KEYS, "sample"], columns, relative=1e-9)


def test_the_decay_of_the_ic_is_pandas(market, ours):
    ics = market.table("analysis.factor_ic").dropna(subset="ic")
    by_horizon = ics.groupby([*KEYS, "horizon"])["ic"]
    own = by_horizon.agg(mean_ic="mean", std_ic="std", n_dates="count").reset_index()
    own["ic_ir"] = own["mean_ic"] / own["std_ic"]
    own["share_positive"] = by_horizon.apply(lambda ic: (ic > 1e-12).mean()).to_numpy()
    tested = ours[ours["kind"] == "ic"].rename(columns={"series": "factor"})
    tested["horizon"] = tested["sample"].str.removeprefix("horizon_").astype(int)
    own = own.merge(tested, on=[*KEYS, "horizon"])
    columns = ["mean_ic", "std_ic", "ic_ir", "share_positive", "n_dates"]
    columns += ["t_stat", "critical_value", "p_value", "non_overlapping_t"]
    assert not disagreements(
        own, market.table("analysis.ic_decay"), [*KEYS, "horizon"], columns, relative=1e-9
    )


def test_false_discoveries_are_adjusted_over_the_whole_registry(premia):
    adjusted = multipletests(premia["p_value"], method="fdr_bh")[1]
    assert premia["asset_class"].nunique() == 2
    assert np.allclose(premia["fdr_p_value"], adjusted, rtol=1e-12, atol=0)
    assert (premia["fdr_p_value"] > premia["p_value"] * 1.5).any()


@pytest.fixture(scope="module")
def replicates(market: Market, premia: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """The bootstrap's replicates by factor, looked up day by day from the same draws."""
    settings = variables()["bootstrap"]
    n_blocks = int(np.ceil(premia["n_periods"] / premia["bandwidth"]).max())
    shares = start_shares(settings["replicates"], n_blocks, settings["seed"])
    returns = market.table("analysis.factor_returns").sort_values("date")
    found = {}
    for key, own in returns.groupby(KEYS):
        values = own["long_short_return"].to_numpy()
        found[key] = bootstrap_means(values, bandwidth(len(values), 1), shares)
    return found


def test_bootstrap_intervals_are_those_of_the_days_looked_up(premia, replicates):
    rows = []
    for row in premia.assign(per_year=per_year(premia)).itertuples():
        means = replicates[(row.asset_class, row.factor)]
        is_as_far = np.abs(means - row.mean) >= abs(row.mean)
        rows.append(
            {
                "asset_class": row.asset_class,
                "factor": row.factor,
                "bootstrap_lower_ann": np.quantile(means, 0.025) * row.per_year,
                "bootstrap_upper_ann": np.quantile(means, 0.975) * row.per_year,
                "bootstrap_p_value": (1 + is_as_far.sum()) / (1 + len(means)),
            }
        )
    columns = ["bootstrap_lower_ann", "bootstrap_upper_ann", "bootstrap_p_value"]
    assert not disagreements(pd.DataFrame(rows), premia, KEYS, columns, relative=1e-9)


def test_bootstrap_intervals_are_numpys_within_the_noise_of_the_draws(market, premia, replicates):
    returns = market.table("analysis.factor_returns").sort_values("date")
    generator = np.random.default_rng(5)
    n_replicates = variables()["bootstrap"]["replicates"]
    distances = []
    for key, own in returns.groupby(KEYS):
        values = own["long_short_return"].to_numpy()
        length = bandwidth(len(values), 1)
        shares = generator.random((4 * n_replicates, -(-len(values) // length)))
        other = bootstrap_means(values, length, shares)
        # A 2.5 % quantile of R normal draws lies 2.67 / sqrt(R) standard deviations off.
        noise = 2.67 * other.std() * np.sqrt(1 / n_replicates + 1 / (4 * n_replicates))
        for share in (0.025, 0.975):
            difference = np.quantile(replicates[key], share) - np.quantile(other, share)
            distances.append(difference / noise)
    assert len(distances) == 2 * len(premia)
    assert np.abs(distances).max() < 4
    assert 0.2 < np.sqrt(np.mean(np.square(distances))) < 1.8  # factors share their draws


def test_intervals_hold_the_mean_of_persistent_series(small_market: Built) -> None:
    n_series, n, persistence, mean = 300, 1000, 0.5, 0.2
    generator = np.random.default_rng(3)
    shocks = generator.standard_normal((n + 100, n_series))
    values = np.zeros_like(shocks)
    for day in range(1, len(shocks)):
        values[day] = persistence * values[day - 1] + shocks[day]
    values = values[100:].T + mean
    days = np.tile(np.arange(n), n_series)
    series = pd.DataFrame(
        {
            "kind": "premium",
            "asset_class": "equity",
            "series": np.repeat(np.arange(n_series), n).astype(str),
            "sample": "whole",
            "date": pd.Timestamp("2000-01-01") + pd.to_timedelta(days, unit="D"),
            "value": values.ravel(),
            "period_no": days + 1,
            "overlap": 1,
        }
    )
    models = ["series_moments", "long_run_variances", "mean_tests"]
    models += ["bootstrap_draws", "premium_block_sums", "premium_bootstrap"]
    names = [f"analysis.{model}" for model in models]
    tables = run_models(small_market, {"analysis.tested_series": series}, names)
    intervals = tables["analysis.premium_bootstrap"]
    held = (intervals["bootstrap_lower"] < mean) & (mean < intervals["bootstrap_upper"])
    # 95 %, less what any block bootstrap of so long a memory lacks; 74 % with single days drawn.
    assert 0.88 < held.mean() < 0.97
    tests = tables["analysis.mean_tests"]
    error = tests["mean"] / tests["t_stat"]
    assert 0.92 < ((tests["mean"] - mean).abs() < tests["critical_value"] * error).mean() < 0.98
