"""Our factor portfolios of real stocks against the published ones: 505 names, 2013 to 2018.

Large caps alone, so small is the smaller of the large, and statements without filing dates, cost of
goods or overhead: profitability is return on equity.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market

pytestmark = pytest.mark.real_data

# Ours, theirs, least correlation of daily returns, most that the yearly means may lie apart.
SERIES = [
    ("MKT", "MKT_RF", 0.98, 0.03),
    ("SMB", "SMB", 0.35, 0.05),
    ("SMB_VALUE", "SMB", 0.35, 0.05),
    ("HML", "HML", 0.70, 0.05),
    ("RMW", "RMW", 0.45, 0.05),
    ("CMA", "CMA", 0.65, 0.05),
    ("UMD", "MOM", 0.80, 0.05),
    ("UMD_DAILY", "MOM", 0.80, 0.05),
]


@pytest.fixture(scope="module")
def warehouse(real_market: Market, real_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{real_market.published}' as published (read_only)")
        connection.execute("use published")
        given = real_data / "published_factors" / "ff5_momentum_daily.csv"
        connection.execute(
            "create temp table library as "
            f"select * replace (cast(date as date) as date) from '{given}'"  # in percent
        )
        yield connection


@pytest.mark.parametrize(("ours", "theirs", "least", "apart"), SERIES, ids=[s[0] for s in SERIES])
def test_factors_move_with_the_published_ones(
    warehouse: duckdb.DuckDBPyConnection, ours: str, theirs: str, least: float, apart: float
) -> None:
    correlation, mean, published_mean, n_days = warehouse.execute(
        f"select corr(return, {theirs}), avg(return) * 252, avg({theirs}) / 100 * 252, count(*) "
        "from analysis.fama_french inner join library using (date) "
        "where asset_class = 'equity' and portfolio = ?",
        [ours],
    ).fetchall()[0]
    print(f"{ours}: {correlation:.3f}, {mean:.2%} and {published_mean:.2%} a year, {n_days} days")
    assert n_days > 900
    assert correlation >= least
    assert abs(mean - published_mean) <= apart


def test_profitability_is_said_to_be_return_on_equity(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    told = warehouse.execute(
        "select distinct characteristic from analysis.fama_french_breakpoints "
        "where sort = 'profitability'"
    ).fetchall()
    assert told == [("return_on_equity",)]


def test_coins_without_a_cap_are_in_no_portfolio(warehouse: duckdb.DuckDBPyConnection) -> None:
    n_names, least_cap = warehouse.execute(
        "select count(distinct symbol), min(market_cap_usd) "
        "from analysis.fama_french_constituents where asset_class = 'crypto'"
    ).fetchall()[0]
    assert 5 <= n_names <= 19  # 22 coins have caps, three of them stable or wrapped
    assert least_cap >= 1_000_000
