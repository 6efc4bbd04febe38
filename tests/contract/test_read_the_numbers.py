"""The row that docs/read_the_numbers.md works out is a row of the demo market."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest

from tests.builds import REPOSITORY, Market

PAGE = (REPOSITORY / "docs" / "read_the_numbers.md").read_text()
WORKED = re.findall(r"```sql\n(.*?)```\n\n\| (.*?) \|\n\|[-|]+\n\| (.*?) \|\n", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def connection(demo_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_market.published), read_only=True) as opened:
        yield opened


def as_printed(value: object, printed: str) -> str:
    """A value with as many decimals as the page shows."""
    if isinstance(value, float):
        return f"{value:.{len(printed.partition('.')[2])}f}"
    return str(value)


def test_the_page_works_four_rows_out() -> None:
    assert len(WORKED) == 4


@pytest.mark.parametrize(("statement", "heads", "cells"), WORKED)
def test_a_worked_row(
    connection: duckdb.DuckDBPyConnection, statement: str, heads: str, cells: str
) -> None:
    (row,) = connection.execute(statement).fetchall()
    printed = cells.split(" | ")
    assert heads.split(" | ") == [column[0] for column in connection.description]
    assert [as_printed(*pair) for pair in zip(row, printed, strict=True)] == printed


def test_its_arithmetic(connection: duckdb.DuckDBPyConnection) -> None:
    volatility, volume = connection.execute(
        "select ret_1d_std, mean_dollar_volume_usd from construction.trade_terms where symbol = "
        "'US114' and as_of_date = '2019-05-31' and cost_model = 'standard'"
    ).fetchall()[0]
    assert f"{volatility * 1e4:.0f} bps" in PAGE
    assert f"{volume / 1e6:.1f} million" in PAGE
    impact_bps = 0.7 * volatility * 1e4 * (0.0125 * 10_000_000 / volume) ** 0.5
    assert impact_bps == pytest.approx(3.9071, abs=1e-4)
    then, now = connection.execute(
        "select min(adj_close) filter (where as_of_date = '2018-05-30'), "
        "min(adj_close) filter (where as_of_date = '2019-05-01') "
        "from prepared.prices_daily where symbol = 'US114'"
    ).fetchall()[0]
    assert f"{now:.2f} / {then:.2f} - 1" in PAGE
    assert now / then - 1 == pytest.approx(0.1640, abs=1e-4)


def test_its_words_on_luck(connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute(
        "select psr, n_trials, expected_max_sharpe, dsr, min_track_record_years, sharpe "
        "from performance.luck where strategy = 'equity_momentum_long'"
    ).fetchall()[0]
    names = ("psr", "n_trials", "expected_max_sharpe", "dsr", "min_track_record_years")
    for name, value in zip(names, row, strict=False):
        (printed,) = re.findall(rf"^\| `{name}` \|.*\| ([\d.]+) \|$", PAGE, re.MULTILINE)
        assert as_printed(value, printed) == printed, name
    assert f"Sharpe ratio is {row[-1]:.2f}" in PAGE
