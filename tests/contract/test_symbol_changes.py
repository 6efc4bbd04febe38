"""History follows the asset: a renamed company is one company, in every table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market
from tests.contract.file_market import COLUMNS, file_market, query, write_rows
from tests.contract.later_data import grains, n_differing

TABLES = ("universe", "prices", "corporate_actions", "fundamentals", "fx_rates")
DAYS = {"prices": "bar_date", "corporate_actions": "ex_date", "fundamentals": "period_end_date"}
ASSET, FIRST_NAME, SECOND_NAME = "US005", "ZFIRST", "ZSECOND"
FIRST_CHANGE, SECOND_CHANGE = date(2014, 3, 3), date(2016, 6, 1)
COMPARED = (
    "prepared.assets",
    "prepared.split_index",
    "prepared.adjusted_bars",
    "prepared.prices_daily",
    "prepared.universe_daily",
    "prepared.quarantine",
    "prepared.fundamentals_known",
    "prepared.listing_status",
    "prepared.survivorship",
    "factors.factor_values",
    "factors.factor_matrix",
)


def write_market(built: Market, demo: Path) -> None:
    """The demo market's raw rows as files."""
    for table in TABLES:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{demo}' as demo (read_only)")
            connection.execute(
                f"copy (select {', '.join(COLUMNS[table])} from demo.raw.{table}) "
                f"to '{built.folder / table}.parquet' (format parquet)"
            )


def rename_the_past(built: Market) -> None:
    """Put the asset's rows under the symbols of their days, and write down the two changes."""
    for table, day in DAYS.items():
        write_rows(
            built,
            table,
            f"select * replace (case when symbol <> '{ASSET}' then symbol "
            f"when {day} < date '{FIRST_CHANGE}' then '{FIRST_NAME}' "
            f"when {day} < date '{SECOND_CHANGE}' then '{SECOND_NAME}' else symbol end as symbol) "
            f"from '{built.folder / table}.parquet'",
        )
    universe = built.folder / "universe.parquet"
    write_rows(
        built,
        "universe",
        f"select * from '{universe}' union all select * replace ('{FIRST_NAME}' as symbol, "
        f"'Another' as sector) from '{universe}' where symbol = '{ASSET}'",
    )
    write_rows(
        built,
        "symbol_changes",
        f"select '{FIRST_NAME}' as old_symbol, date '{FIRST_CHANGE}' as change_date, "
        f"'{SECOND_NAME}' as new_symbol union all select '{SECOND_NAME}', "
        f"date '{SECOND_CHANGE}', '{ASSET}'",
    )


@pytest.fixture(scope="module")
def pair(small_raw: Market, tmp_path_factory: pytest.TempPathFactory) -> tuple[Market, Market]:
    """The same market twice: under one symbol, and under those that the asset traded under."""
    one = file_market(tmp_path_factory.mktemp("one"), "renamed", *TABLES)
    write_market(one, small_raw.path)
    other = file_market(tmp_path_factory.mktemp("other"), "renamed", *TABLES, "symbol_changes")
    write_market(other, small_raw.path)
    rename_the_past(other)
    for built in (one, other):
        built.ingest()
        built.remembers(one)
        built.models_alone(
            "--select", "+factor_matrix +survivorship +listing_status +symbol_history +data_quality"
        )
    return one, other


def test_a_renamed_asset_has_one_history(pair: tuple[Market, Market]) -> None:
    one, other = pair
    by_grain = grains(one.target / "manifest.json")
    names = f"('{FIRST_NAME}', '{SECOND_NAME}')"
    landed = query(
        other.path, f"select symbol, count(*) from raw.prices where symbol in {names} group by all"
    )
    assert len(landed) == 2
    assert min(count for _, count in landed) > 400
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one.path}' as whole (read_only)")
        connection.execute(f"attach '{other.path}' as part (read_only)")
        found = {
            relation: n_differing(connection, relation, by_grain[relation], None)
            for relation in COMPARED
        }
    assert found == dict.fromkeys(COMPARED, 0)


def test_its_symbols_are_shown_in_turn(pair: tuple[Market, Market]) -> None:
    rows = query(pair[1].path, "from prepared.symbol_history order by from_date")
    assert [tuple(map(str, row)) for row in rows] == [
        (ASSET, FIRST_NAME, "0001-01-01", str(FIRST_CHANGE)),
        (ASSET, SECOND_NAME, str(FIRST_CHANGE), str(SECOND_CHANGE)),
        (ASSET, ASSET, str(SECOND_CHANGE), "9999-12-31"),
    ]
    assert query(pair[0].path, "from prepared.symbol_history") == []
