"""What was planted in the demo market is found there, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2
from statsmodels.regression.linear_model import OLS

from tests.builds import Market


@pytest.fixture(scope="module")
def truth(demo_market: Market) -> dict:
    path = demo_market.path.with_name(f"{demo_market.name}_truth.json")
    return json.loads(path.read_text())


@pytest.fixture(scope="module")
def warehouse(demo_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(demo_market.published), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def spreads(demo_market: Market, warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row per class and factor: realised and noise-free spread a year, z of their difference.

    The noise-free spread is what the planted drifts of the names in the two legs pay; the legs are
    the warehouse's own, so that only noise (and the betas' share of the market) lies between.
    """
    drift = demo_market.path.with_name(f"{demo_market.name}_truth_drift.parquet")
    matrix = warehouse.execute(
        "unpivot (select m.* from factors.factor_matrix as m inner join "
        "(select distinct as_of_date, asset_class from factors.factor_dates where is_month_end) "
        "using (as_of_date, asset_class)) on columns(* exclude (as_of_date, symbol, asset_class)) "
        "into name factor value rank"
    ).df()
    planted = pd.read_parquet(drift)
    for frame, column in ((matrix, "as_of_date"), (planted, "month_end")):
        frame["month"] = pd.to_datetime(frame[column]).dt.to_period("M")
    found = []
    for (asset_class, factor), ranks in matrix.groupby(["asset_class", "factor"]):
        daily = warehouse.execute(
            "select date, long_short_return from analysis.factor_returns "
            "where asset_class = ? and factor = ? order by date",
            [asset_class, factor],
        ).df()
        per_year = 365 if asset_class == "crypto" else 252
        noise_free = leg_drifts(ranks, planted) / per_year
        # The legs of month m earn from the second session of month m + 1: its first pays month m.
        decided = pd.to_datetime(daily["date"]).dt.to_period("M") - 1
        first_of_month = ~decided.duplicated()
        decided = decided.where(~first_of_month, decided - 1)
        expected = decided.map(noise_free)
        difference = (daily["long_short_return"] - expected).dropna()
        found.append(
            {
                "asset_class": asset_class,
                "factor": factor,
                "realised": daily["long_short_return"].mean() * per_year,
                "noise_free": expected.mean() * per_year,
                "z": t_value(difference),
            }
        )
    return pd.DataFrame(found).set_index(["asset_class", "factor"])


def leg_drifts(ranks: pd.DataFrame, planted: pd.DataFrame) -> pd.Series:
    """Mean planted drift of the top 30 % minus that of the bottom 30 %, by month of decision."""
    joined = ranks.merge(planted[["month", "symbol", "planted_drift_ann"]], on=["month", "symbol"])
    legs = {}
    for month, names in joined.dropna(subset=["rank"]).groupby("month"):
        size = int(len(names) * 0.3)
        if size:
            ordered = names.sort_values("rank")["planted_drift_ann"].to_numpy()
            legs[month] = ordered[-size:].mean() - ordered[:size].mean()
    return pd.Series(legs)


def registered(warehouse: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """(asset_class, factor) of the whole registry."""
    rows = warehouse.execute("select asset_class, factor from factors.factor_registry")
    return set(rows.fetchall())


def t_value(series: pd.Series) -> float:
    """Mean over its HAC standard error: Bartlett kernel, bandwidth 1.3 sqrt(n)."""
    bandwidth = int(np.ceil(1.3 * np.sqrt(len(series))))
    fit = OLS(series.to_numpy(), np.ones(len(series))).fit(
        cov_type="HAC", cov_kwds={"maxlags": bandwidth - 1}
    )
    return float(fit.tvalues[0])


def test_realised_spreads_are_the_planted_ones_jointly(
    spreads: pd.DataFrame, warehouse: duckdb.DuckDBPyConnection, truth: dict
) -> None:
    with_premium = warehouse.execute("select asset_class, factor from analysis.factor_premia")
    assert set(spreads.index) == set(with_premium.fetchall())  # planted and null alike
    planted = {
        (name, factor) for name, model in truth["models"].items() for factor in model["premia"]
    }
    assert planted & registered(warehouse) <= set(spreads.index)
    assert set(spreads.index) - planted  # nulls
    assert spreads["z"].notna().all(), spreads
    for asset_class, rows in spreads.groupby("asset_class"):
        assert rows["z"].abs().max() < 3.5, rows
        assert (rows["z"] ** 2).sum() < chi2.ppf(0.999, len(rows)), (asset_class, rows)


def test_strong_premia_are_found(warehouse: duckdb.DuckDBPyConnection, truth: dict) -> None:
    premia = {
        (asset_class, factor): found
        for asset_class, factor, *found in warehouse.execute(
            "select asset_class, factor, t_stat, fdr_p_value, bootstrap_lower_ann "
            "from analysis.factor_premia"
        ).fetchall()
    }
    strong = [
        (asset_class, factor)
        for asset_class, model in truth["models"].items()
        for factor in model["strong"]
    ]
    assert len(strong) == 5
    for key in strong:
        t_stat, fdr_p_value, bootstrap_lower_ann = premia[key]
        assert t_stat > 3, (key, t_stat)
        assert fdr_p_value < 0.05, (key, fdr_p_value)
        assert bootstrap_lower_ann > 0, (key, bootstrap_lower_ann)


def test_premia_equal_statsmodels(warehouse: duckdb.DuckDBPyConnection) -> None:
    returns = warehouse.execute("select * from analysis.factor_returns order by date").df()
    premia = warehouse.execute("select * from analysis.factor_premia").df()
    for row in premia.itertuples():
        series = returns.query("asset_class == @row.asset_class and factor == @row.factor")[
            "long_short_return"
        ]
        assert row.mean == pytest.approx(series.mean(), abs=1e-12)
        assert row.t_stat == pytest.approx(t_value(series), rel=1e-8)


def test_every_planted_fault_is_set_aside_and_no_clean_bar_with_it(
    warehouse: duckdb.DuckDBPyConnection, truth: dict
) -> None:
    expected = {
        (fault["symbol"], day, fault["reason"])
        for fault in truth["faults"]
        for day in fault["quarantined"]
    }
    found = {
        (symbol, str(day), reason)
        for symbol, day, reason in warehouse.execute(
            "select symbol, bar_date, reason from prepared.quarantine"
        ).fetchall()
    }
    assert len(expected) > 200
    assert found == expected


def test_every_planted_reject_is_rejected_with_its_reason(
    warehouse: duckdb.DuckDBPyConnection, truth: dict
) -> None:
    expected = sorted((reject["table"], reject["reason"]) for reject in truth["rejects"])
    found = warehouse.execute("select table_name, reason from raw.rejects order by all").fetchall()
    assert found == expected


def test_delisted_names_are_closed_with_their_return(
    warehouse: duckdb.DuckDBPyConnection, truth: dict
) -> None:
    booked = {
        symbol: (day, ret)
        for symbol, day, ret in warehouse.execute(
            "select symbol, as_of_date, ret_1d from prepared.prices_daily where is_delisted"
        ).fetchall()
    }
    gone = [life for life in truth["lives"] if life["delisting"]]
    assert set(booked) == {life["symbol"] for life in gone}
    assert {life["delisting"] for life in gone} == {"loss", "merger", "unknown", "silent"}
    for life in gone:
        day, ret = booked[life["symbol"]]
        unknown = 0.0 if life["asset_class"] == "crypto" else -0.30
        known = life["delisting_return"]
        assert ret == pytest.approx(unknown if known is None else known, abs=1e-12)
        if life["delisting"] == "silent":
            waited = warehouse.execute(
                "select max(sessions_since_bar) from prepared.prices_daily where symbol = ?",
                [life["symbol"]],
            ).fetchall()[0][0]
            assert waited == (30 if life["asset_class"] == "crypto" else 21)
        else:
            assert str(day) == life["delisting_date"]


def test_no_book_holds_a_name_after_its_delisting(warehouse: duckdb.DuckDBPyConnection) -> None:
    held, lost = warehouse.execute(
        "select count(*) filter (where p.date > d.as_of_date and p.opening_weight <> 0), "
        "count(*) filter (where p.date = d.as_of_date and p.opening_weight <> 0) "
        "from portfolios.positions as p inner join prepared.prices_daily as d "
        "on p.symbol = d.symbol and d.is_delisted"
    ).fetchall()[0]
    assert held == 0
    assert lost > 10
