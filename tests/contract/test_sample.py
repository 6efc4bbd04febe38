"""The sample: 20 real stocks without fundamentals. What needs them says so and stays out."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.builds import Market, market
from tests.conftest import made_once, shared_folder

CHOSEN = ("--models", "ridge")


@pytest.fixture(scope="module")
def sample_market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    folder = shared_folder(tmp_path_factory) / "sample_market"
    made_once(folder, lambda path: market(path, "sample").all_stages(*CHOSEN))
    return market(folder, "sample")


def test_what_stands_on_prices_is_there_and_the_rest_says_why_not(
    sample_market: Market,
) -> None:
    with duckdb.connect(str(sample_market.published), read_only=True) as connection:
        factors = connection.execute(
            "select distinct factor from factors.factor_values order by factor"
        ).fetchall()
        stocks, first, last = connection.execute(
            "select count(distinct symbol), min(year(as_of_date)), max(year(as_of_date)) "
            "from prepared.prices_daily"
        ).fetchall()[0]
    assert [name for (name,) in factors] == [
        "beta_1y",
        "high_52w",
        "idiosyncratic_volatility_3m",
        "long_run_reversal",
        "max_return_1m",
        "momentum_12_1",
        "momentum_6_1",
        "moving_average_distance",
        "reversal_1m",
        "volatility_1y",
        "volatility_3m",
    ]
    assert (stocks, first, last) == (20, 1990, 2022)
    summary = sample_market.run("reports", "summary", "sample").stdout
    for missing in ("book_to_market", "gross_profitability", "size", "amihud_1m"):
        assert missing in summary


def test_dates_and_factors_can_be_chosen(sample_market: Market, tmp_path: Path) -> None:
    part = sample_market.copied(tmp_path)
    part.models_alone(
        "--start",
        "2010-01-01",
        "--end",
        "2015-06-30",
        "--factors",
        "momentum_12_1,beta_1y",
        "--models",
        "ridge",
    )
    with duckdb.connect(str(part.path), read_only=True) as connection:
        first, last = connection.execute(
            "select min(as_of_date), max(as_of_date) from prepared.prices_daily"
        ).fetchall()[0]
        columns = [
            row[0] for row in connection.execute("describe factors.factor_matrix").fetchall()
        ]
        strategies = connection.execute("select strategy from performance.summary").fetchall()
    assert (str(first), str(last)) == ("2010-01-04", "2015-06-30")
    assert columns == ["as_of_date", "symbol", "asset_class", "momentum_12_1", "beta_1y"]
    assert ("equity_momentum_long",) in strategies
