"""Whether a build may be the tail of the one before it: what landed since speaks of new days alone.

No row of a table tells what was known later. So where all that is new is dated within a few days
of the data's end, tables that grow (``grows`` in a model's meta) keep their rows before those days,
and the others are made anew as always. Where it is not, or what makes the tables has changed, or
the last build was not good, all is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import duckdb

from warehouse.code_fingerprint import project_fingerprint
from warehouse.files import DatasetFiles, connect_work

LATE_DAYS = 14  # what is dated further before the last built day asks for a whole build
SILENT_DAYS = 25  # a name silent for longer trades again: the same; fewer than rows settle in
N_BARS_BEFORE = 80  # as many bars before the new ones, or all there are, must lie in 400 days
STATEMENT_KEY = ("symbol", "metric", "period_end_date", "frequency", "published_at")
# The first day that what is new speaks of: rows of each raw table, rejected rows, and the days that
# a source had not answered for and now has.
DATED = {
    **{
        f"a new row of raw.{table} is": f"select min({day}) from raw.{table} where load_id > $load"
        for table, day in (
            ("prices", "bar_date"),
            ("corporate_actions", "ex_date"),
            ("fx_rates", "rate_date"),
            ("interest_rates", "rate_date"),
        )
    },
    "a rejected row is": (
        "select min(coalesce(row_date, cast(observed_at as date))) "
        "from staging.stg_raw__rejects where load_id > $load"
    ),
    "a source answered for days after that": (
        "select min(answered_until_date) + 1 from prepared.fetch_answers "
        "where symbol in (select symbol from staging.stg_raw__fetch_log "
        "where load_id > $load and table_name = 'prices') "
        "and symbol in (select symbol from prepared.listing_status where status <> 'delisted')"
    ),
}
# What is refused of a name, and the query that finds such names.
OF_NAMES = {
    "reports anew what its old symbol reported": (
        "select new.symbol from raw.fundamentals as new "
        "inner join staging.stg_raw__symbol_changes as changes on new.symbol = changes.symbol "
        "inner join raw.fundamentals as old on changes.old_symbol = old.symbol "
        "and new.metric = old.metric and new.period_end_date = old.period_end_date "
        "where new.load_id > $load"
    ),
    f"trades again after more than {SILENT_DAYS} days, or has few bars": (
        # Nearly all have enough of late: of the others alone all bars are counted.
        "with new as (select distinct symbol from raw.prices where load_id > $load), "
        "late as (select symbol, count(*) as n_late, max(bar_date) as last_date from raw.prices "
        "where bar_date >= $first - 400 and bar_date < $first group by symbol), "
        "doubtful as (select symbol, coalesce(n_late, 0) as n_late from new left join late "
        f"using (symbol) where n_late is null or n_late < {N_BARS_BEFORE} "
        f"or last_date < $first - {SILENT_DAYS}) "
        "select symbol from raw.prices join doubtful using (symbol) where bar_date < $first "
        f"group by symbol having max(bar_date) < $first - {SILENT_DAYS} "
        f"or max(n_late) < least({N_BARS_BEFORE}, count(*))"
    ),
    "is listed without a bar for most of a year": (
        "select symbol from prepared.prices_daily "
        "where as_of_date >= $first - 31 and sessions_since_bar > 150"
    ),
    "is quoted in another currency than before": (
        "with new as (select distinct symbol, currency from raw.prices where load_id > $load), "
        "late as (select distinct symbol, currency from raw.prices "
        "where load_id <= $load and bar_date >= $first - 400), "
        "doubtful as (select * from new except select * from late), "
        "old as (select distinct symbol, currency from raw.prices where load_id <= $load "
        "and symbol in (select symbol from doubtful)) "
        "select symbol from doubtful where symbol in (select symbol from old) except "
        "select symbol from (select * from new intersect select * from old)"
    ),
}


class WholeBuildError(Exception):
    """Why a build cannot be a tail."""


def tail_variables(
    files: DatasetFiles,
    last_build: Mapping[str, Any] | None,
    variables: Mapping[str, Any],
    lags: Mapping[str, int],
) -> dict[str, Any]:
    """The variables of a tail build: the first new day, and the newest load built before.

    ``last_build`` is its record (`warehouse.publish.write_build_record`); ``lags`` are the
    project's publication_lag_days.

    Raises
    ------
    WholeBuildError : all is to be made anew; says why.
    """
    if not last_build:
        raise WholeBuildError("the last build failed or has not run")
    plain = json.loads(json.dumps(dict(variables), default=str))
    if last_build.get("project") != project_fingerprint():
        raise WholeBuildError("models, settings, seeds or versions have changed")
    if last_build["variables"] != plain:
        raise WholeBuildError("the dataset or what was chosen of it has changed")
    if "end_date" in plain or "known_at" in plain:
        raise WholeBuildError("an end of the data or of what is known was given")
    load = last_build["newest_load_id"]
    connection = connect_work(files)
    try:
        return {"tail_from": str(first_new_day(connection, load, lags)), "tail_load": load}
    finally:
        connection.close()


def first_new_day(
    connection: duckdb.DuckDBPyConnection, load: int, lags: Mapping[str, int]
) -> date:
    """The first day that anything landed after a load speaks of; the day after the last, if none.

    Raises
    ------
    WholeBuildError : some of it changes rows of earlier days.
    """
    last_day = answer(
        connection,
        "select max(bar_date) from raw.prices "
        "where load_id <= $load and bar_date <= cast(observed_at as date)",
        load,
    )
    refuse_new_names(connection, load)
    first = last_day + timedelta(days=1)
    days = {said: answer(connection, query, load) for said, query in DATED.items()}
    days["a new row of raw.fundamentals is"] = first_statement_day(connection, load, lags)
    for said, earliest in days.items():
        if earliest and earliest < last_day - timedelta(days=LATE_DAYS):
            raise WholeBuildError(f"{said} of {earliest}")
        first = min(first, earliest or first)
    refuse_names(connection, load, first)
    return first


def refuse_new_names(connection: duckdb.DuckDBPyConnection, load: int) -> None:
    """Refuse what says otherwise who an asset is; an asset that is all new is welcome."""
    if answer(connection, "select count(*) from raw.symbol_changes where load_id > $load", load):
        raise WholeBuildError("a symbol has changed")
    n_known = answer(
        connection,
        "select count(*) from raw.universe as new where load_id > $load and symbol in ("
        "select symbol from raw.universe where load_id <= $load "
        "union all select symbol from raw.prices where load_id <= $load "
        "union all select symbol from raw.corporate_actions where load_id <= $load "
        "union all select symbol from raw.fundamentals where load_id <= $load "
        "union all select old_symbol from raw.symbol_changes)",
        load,
    )
    if n_known:
        raise WholeBuildError(f"{n_known} new rows of raw.universe are of known symbols")


def first_statement_day(
    connection: duckdb.DuckDBPyConnection, load: int, lags: Mapping[str, int]
) -> date | None:
    """The first day on which a new statement or metric is known.

    What names no day and comes in again with a change is known from the day it was seen on.

    Raises
    ------
    WholeBuildError : what names its day was corrected: the first word is no more.
    """
    same = " and ".join(f"new.{name} is not distinct from old.{name}" for name in STATEMENT_KEY)
    assumed = "new.period_end_date + case new.frequency {lags} end".format(
        lags=" ".join(f"when '{name}' then {n_days}" for name, n_days in lags.items())
    )
    earliest, n_corrected = connection.execute(
        f"""
        with new as (select * from raw.fundamentals where load_id > $load),
        -- The few that are new look through all the others, not the other way round.
        old as (
            select distinct {", ".join(f"old.{name}" for name in STATEMENT_KEY)}
            from raw.fundamentals as old inner join new on {same}
            where old.load_id <= $load
        )
        select
            min(
                case
                    when new.published_at is not null then cast(new.published_at as date)
                    when old.symbol is null then {assumed}
                    else greatest({assumed}, cast(new.observed_at as date))
                end
            ),
            count(*) filter (where new.published_at is not null and old.symbol is not null)
        from new
        left join old on {same}
        """,
        {"load": load},
    ).fetchall()[0]
    if n_corrected:
        raise WholeBuildError(f"{n_corrected} rows of raw.fundamentals came in again with a change")
    return earliest


def refuse_names(connection: duckdb.DuckDBPyConnection, load: int, first: date) -> None:
    """Refuse new rows that need to look back further than growing tables do, or change old ones."""
    for said, query in OF_NAMES.items():
        given = {"load": load, "first": first}
        asked = {name: value for name, value in given.items() if f"${name}" in query}
        found = connection.execute(query, asked).fetchall()
        if found:
            raise WholeBuildError(f"{found[0][0]} {said}")


def answer(connection: duckdb.DuckDBPyConnection, query: str, load: int) -> Any:
    """The one value of a query about a load."""
    return connection.execute(query, {"load": load}).fetchall()[0][0]
