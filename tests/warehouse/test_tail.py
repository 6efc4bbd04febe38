"""What landed since the last build decides whether the next may be its tail, and from which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingest.landing import open_raw
from warehouse.code_fingerprint import project_fingerprint
from warehouse.files import DatasetFiles
from warehouse.tail import WholeBuildError, first_new_day, tail_variables

LAGS = {"quarter": 90, "year": 120, "day": 1}
# Of what is built, the columns that are asked.
BUILT = """
create schema staging;
create schema prepared;
create view staging.stg_raw__rejects as
select load_id, cast(null as date) as row_date, cast('2024-01-01' as timestamp) as observed_at
from raw.rejects;
create view staging.stg_raw__fetch_log as select symbol, load_id, table_name from raw.fetch_log;
create table staging.stg_raw__symbol_changes as select 'OLD' as old_symbol, 'AAA' as symbol;
create table prepared.fetch_answers (symbol varchar, answered_until_date date);
insert into prepared.fetch_answers values ('GONE', '2019-03-01'), ('LATE', '2023-12-20');
create table prepared.listing_status as
select unnest(['GONE', 'LATE']) as symbol, unnest(['delisted', 'unanswered']) as status;
create table prepared.prices_daily (symbol varchar, as_of_date date, sessions_since_bar bigint);
insert into prepared.prices_daily values ('AAA', '2023-12-29', 0);
insert into raw.universe
select
    unnest(['AAA', 'BBB', 'LATE']), 'equity', 'XNYS', 'US', 'USD', null, null, null, null, null,
    'mine', 1, '2024-01-01';
insert into raw.prices
select symbol, cast(day as date), 8, 8, 8, 8, 8, 'USD', 'as_traded', 1, 'mine', 1, '2024-01-01'
from
    unnest(['AAA', 'BBB']) as names (symbol),
    range(timestamp '2022-12-29', timestamp '2023-12-30', interval 1 day) as days (day);
delete from raw.prices where symbol = 'BBB' and bar_date > '2023-11-01'
"""
BAR = (
    "insert into raw.prices values "
    "('{}', '{}', 8, 8, 8, 8, 8, '{}', 'as_traded', 1, 'mine', 2, '2024-01-02')"
)
NEW_BAR = BAR.format("AAA", "2024-01-02", "USD")
STATEMENT = (
    "insert into raw.fundamentals values "
    "('AAA', 'revenue', '{}', 'quarter', {}, 8, 'USD', 'mine', 2, '2024-01-02')"
)
METRIC = (
    "insert into raw.fundamentals values "
    "('AAA', 'addresses', '2023-07-01', 'day', null, 8, null, 'mine', $load, '2024-01-02')"
)
FETCHED = (
    "insert into raw.fetch_log by name "
    "select '{}' as symbol, 'prices' as table_name, 2 as load_id, 1 as run_id, "
    "'mine' as source, 'mine' as dataset, 'x' as item, 'ok' as outcome, "
    "1 as n_attempts, 0 as n_rows, timestamp '2024-01-02' as started_at, "
    "timestamp '2024-01-02' as finished_at, '' as fingerprint"
)
FROM_A_DAY = {
    "nothing": ("select 1", date(2023, 12, 30)),
    "a bar": (NEW_BAR, date(2023, 12, 30)),
    "a bar that came late": (BAR.format("AAA", "2023-12-30", "USD"), date(2023, 12, 30)),
    "a bar that is restated at once": (BAR.format("AAA", "2023-12-28", "USD"), date(2023, 12, 28)),
    "a dividend of a week ago": (
        "insert into raw.corporate_actions values "
        "('AAA', '2023-12-22', 'cash_dividend', 1, null, 'mine', 2, '2024-01-02')",
        date(2023, 12, 22),
    ),
    "a statement published today": (
        STATEMENT.format("2023-09-30", "timestamp '2024-01-02'"),
        date(2023, 12, 30),
    ),
    "a statement without a day, known after its lag": (
        STATEMENT.format("2023-09-25", "null"),
        date(2023, 12, 24),
    ),
    "a metric of last summer that is restated": (
        f"{METRIC.replace('$load', '1')}; {METRIC.replace('$load', '2')}",
        date(2023, 12, 30),
    ),
    "an exchange rate": (
        "insert into raw.fx_rates values ('EUR', '2023-12-28', 1, 'mine', 2, '2024-01-02')",
        date(2023, 12, 28),
    ),
    "an asset that is all new": (
        "insert into raw.universe by name select * replace ('NEW' as symbol, 2 as load_id) "
        "from raw.universe where symbol = 'AAA'",
        date(2023, 12, 30),
    ),
    "an answer for a name that is gone": (FETCHED.format("GONE"), date(2023, 12, 30)),
    "an answer for a name that had none": (FETCHED.format("LATE"), date(2023, 12, 21)),
}
WHOLE = {
    "an older bar": (BAR.format("AAA", "2021-05-03", "USD"), "raw.prices is of 2021-05-03"),
    "an old bar that is restated": (
        BAR.format("AAA", "2023-05-03", "USD"),
        "raw.prices is of 2023-05-03",
    ),
    "a corrected statement": (
        STATEMENT.format("2023-09-30", "timestamp '2023-11-02'").replace("'mine', 2", "'mine', 1")
        + ";"
        + STATEMENT.format("2023-09-30", "timestamp '2023-11-02'"),
        "1 rows of raw.fundamentals came in again",
    ),
    "a statement of a year ago": (STATEMENT.format("2022-12-31", "null"), "raw.fundamentals is of"),
    "a symbol change": (
        "insert into raw.symbol_changes values "
        "('AAA', '2024-01-02', 'CCC', 'mine', 2, '2024-01-02')",
        "a symbol has changed",
    ),
    "another sector": (
        "insert into raw.universe by name select * replace ('Energy' as sector, 2 as load_id) "
        "from raw.universe where symbol = 'AAA'",
        "1 new rows of raw.universe are of known symbols",
    ),
    "a name that was silent": (BAR.format("BBB", "2024-01-02", "USD"), "BBB trades again"),
    "a period that the old symbol reported": (
        STATEMENT.format("2023-09-30", "timestamp '2024-01-02'")
        + ";"
        + STATEMENT.format("2023-09-30", "timestamp '2023-11-02'")
        .replace("AAA", "OLD")
        .replace("'mine', 2", "'mine', 1"),
        "AAA reports anew",
    ),
    "another currency": (BAR.format("AAA", "2024-01-02", "EUR"), "AAA is quoted in another"),
    "a name without a bar for long": (
        "insert into prepared.prices_daily values ('DDD', '2023-12-29', 151)",
        "DDD is listed without a bar",
    ),
}


@pytest.fixture
def files(tmp_path: Path) -> DatasetFiles:
    """A work file with a year of two names' bars and a build of them."""
    made = DatasetFiles(
        name="mine",
        work=tmp_path / "mine.work.duckdb",
        published=tmp_path / "mine.duckdb",
        truth=tmp_path / "truth.json",
        outputs=tmp_path,
    )
    with open_raw(made) as connection:
        connection.execute(BUILT)
    return made


@pytest.fixture
def work(files: DatasetFiles) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the work file."""
    with duckdb.connect(str(files.work)) as connection:
        yield connection


@pytest.mark.parametrize("case", FROM_A_DAY)
def test_a_tail_begins_on_the_first_day_that_is_spoken_of(
    work: duckdb.DuckDBPyConnection, case: str
) -> None:
    landed, day = FROM_A_DAY[case]
    work.execute(landed)
    assert first_new_day(work, 1, LAGS) == day


@pytest.mark.parametrize("case", WHOLE)
def test_what_changes_earlier_days_asks_for_a_whole_build(
    work: duckdb.DuckDBPyConnection, case: str
) -> None:
    landed, reason = WHOLE[case]
    work.execute(landed)
    with pytest.raises(WholeBuildError, match=reason):
        first_new_day(work, 1, LAGS)


def test_only_a_good_build_of_the_same_project_has_a_tail(files: DatasetFiles) -> None:
    good = {"project": project_fingerprint(), "variables": {"dataset": "mine"}, "newest_load_id": 1}
    assert tail_variables(files, good, {"dataset": "mine"}, LAGS) == {
        "tail_from": "2023-12-30",
        "tail_load": 1,
    }
    for record, variables, reason in (
        (None, {"dataset": "mine"}, "the last build failed or has not run"),
        (good | {"project": "other"}, {"dataset": "mine"}, "have changed"),
        (good, {"dataset": "mine", "selected_models": ["ols"]}, "what was chosen"),
        (good | {"variables": {"end_date": "2023-12-29"}}, {"end_date": "2023-12-29"}, "an end of"),
    ):
        with pytest.raises(WholeBuildError, match=reason):
            tail_variables(files, record, variables, LAGS)
