"""Days that land one by one, each built as the tail of the last build, give the tables of one."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml

from tests.builds import REPOSITORY, Market, market
from tests.conftest import made_once, shared_folder
from tests.contract.file_market import file_market
from tests.contract.later_data import n_differing_everywhere
from tests.contract.test_two_clocks import TABLES, rewrite, write_market

# The others are like these.
STRATEGIES = (
    *("equity_momentum_long", "equity_momentum_patient", "equity_low_risk_long"),
    *("equity_composite_long_short", "equity_sector_capped", "equity_ridge_long"),
    *("crypto_momentum_long", "crypto_risk_parity", "both_composite_long"),
)
# Decided on less often and more often than by the month: a book is held for a quarter.
REBALANCED = {"crypto_momentum_long": "quarterly", "equity_low_risk_long": "weekly"}
FIRST_DAY = date(2017, 12, 27)
# The last is the newest bar of the equities and the end of month and year, the coins' weekend too.
DAYS = (date(2017, 12, 28), date(2017, 12, 29), date(2017, 12, 31))
# On the second day: a split; a name without a bar, and its dividend; a close ten times too high,
# gone the day after; a first bar; a delisting the day after; a statement; a dividend. A week before
# the first day a name is back after months, with a dividend of theirs.
PLANTED = """
update raw.prices
set open = open / 2, high = high / 2, low = low / 2, close = close / 2, volume = volume * 2
where symbol = 'US001' and bar_date >= '2017-12-28';
insert into raw.corporate_actions
select symbol, ex_date, action_type, value, null, 'demo', 1, now()::timestamp
from (
    values
    ('US001', date '2017-12-28', 'split', 2),
    ('US002', date '2017-12-28', 'cash_dividend', 0.5),
    ('US005', date '2017-12-28', 'cash_dividend', 0.25),
    ('US021', date '2017-09-12', 'cash_dividend', 0.75),
    ('GB003', date '2017-12-29', 'delisting', -0.5)
) as planted (symbol, ex_date, action_type, value);
delete from raw.prices where symbol = 'US002' and bar_date = '2017-12-28';
update raw.prices set high = high * 10, close = close * 10
where symbol = 'US004' and bar_date = '2017-12-28';
delete from raw.prices where symbol = 'US006' and bar_date < '2017-12-28';
delete from raw.prices
where symbol = 'US021' and bar_date between '2017-08-30' and '2017-12-19';
delete from raw.prices where symbol = 'GB003' and bar_date > '2017-12-29';
insert into raw.fundamentals
select symbol, metric, date '2017-11-30', frequency, timestamp '2017-12-28', 2 * value, currency,
    source, load_id, observed_at
from raw.fundamentals
where symbol = 'US008' and period_end_date = '2016-12-31' and frequency = 'quarter'
"""

# On the last day two bars of the second, and metrics of the summer, are said otherwise.
RESTATED = """
update raw.prices set volume = 2 * volume, close = (high + low) / 2
where symbol in ('US010', 'DE003') and bar_date = '2017-12-28';
update raw.fundamentals set value = 2 * value
where metric = 'active_addresses' and period_end_date = '2017-08-01'
"""


def make_days(folder: Path, demo: Path) -> None:
    """The first day built whole, each later one landed and built by an update."""
    planted = folder / "planted.duckdb"
    shutil.copyfile(demo, planted)
    with duckdb.connect(str(planted)) as connection:
        connection.execute(PLANTED)
    shutil.copytree(REPOSITORY / "dbt_project" / "seeds", folder / "seeds")
    strategies = pd.read_csv(folder / "seeds" / "strategies.csv", dtype=str).set_index("strategy")
    chosen = strategies.loc[list(STRATEGIES)]
    chosen.loc[list(REBALANCED), "rebalance"] = list(REBALANCED.values())
    chosen.to_csv(folder / "seeds" / "strategies.csv")
    built = file_market(folder, "days", *TABLES)
    built.settings["FACTORHOUSE_SEEDS"] = str(folder / "seeds")
    settings = yaml.safe_load((folder / "days.yml").read_text())
    settings["vars"]["selected_models"] = ["ridge"]
    (folder / "days.yml").write_text(yaml.safe_dump(settings))
    said = []
    for day in (FIRST_DAY, *DAYS):
        if day == DAYS[-1]:
            with duckdb.connect(str(planted)) as connection:
                connection.execute(RESTATED)
        write_market(built, planted, day)
        said.append(built.run("warehouse", "update", built.dataset).stdout)
    (folder / "said.txt").write_text("\n".join(said))


@pytest.fixture(scope="module")
def days(small_raw: Market, tmp_path_factory: pytest.TempPathFactory) -> Market:
    """A market whose last days came one by one."""
    folder = shared_folder(tmp_path_factory) / "days"
    made_once(folder, lambda path: make_days(path, small_raw.path))
    return market(folder, folder / "days.yml", FACTORHOUSE_SEEDS=str(folder / "seeds"))


def test_an_update_says_from_which_day_it_builds(days: Market) -> None:
    said = (days.folder / "said.txt").read_text()
    assert said.count("Building all of days") == 1
    for day, n_builds in ((DAYS[0], 2), (DAYS[1], 1)):  # what was restated is of the first
        assert said.count(f"Building days from {day} on") == n_builds


def test_the_planted_days_were_met(days: Market) -> None:
    with duckdb.connect(str(days.path), read_only=True) as connection:
        assert connection.execute(
            """
            select
                (select reason from prepared.unconfirmed_moves
                 where symbol = 'US004' and bar_date = '2017-12-28'),
                (select delisting_return from prepared.listed_sessions
                 where symbol = 'GB003' and is_delisted),
                (select min(as_of_date) from prepared.prices_daily where symbol = 'US006'),
                (select n_bars from prepared.prices_daily
                 where symbol = 'US006' and as_of_date = '2017-12-29'),
                (select is_stale from prepared.prices_daily
                 where symbol = 'US002' and as_of_date = '2017-12-28'),
                (select dividend_local from prepared.dividends_earned
                 where symbol = 'US002' and bar_date = '2017-12-29'),
                (select min(bar_date) from prepared.dividends_earned
                 where symbol = 'US021' and bar_date > '2017-08-29'),
                (select session_no - prior_session_no from prepared.adjusted_bars
                 where symbol = 'US021' and bar_date = '2017-12-20')
            """
        ).fetchall() == [
            ("bad_print", -0.5, date(2017, 12, 28), 2, True, 0.5, date(2017, 12, 20), 79)
        ]


def test_days_that_came_one_by_one_give_the_tables_of_one_build(
    days: Market, tmp_path: Path
) -> None:
    whole = days.copied(tmp_path)
    whole.models_alone()
    assert n_differing_everywhere(whole.path, days.path, whole.target) == {}


@pytest.mark.soak
def test_a_restated_bar_is_built_whole(days: Market, tmp_path: Path) -> None:
    restated = days.copied(tmp_path)
    shutil.copyfile(
        days.path.with_name(".days.build.json"), restated.path.with_name(".days.build.json")
    )
    rewrite(
        days,
        "prices",
        "select * replace (case when symbol = 'US009' and bar_date = '2015-06-15' "
        "then (high + low) / 2 else close end as close) from rows",
    )
    said = restated.run("warehouse", "update", restated.dataset).stdout
    assert "Building all of days: a new row of raw.prices is of 2015-06-15" in said
    assert restated.published.exists()
