"""A synthetic prepared layer by SQL, for timing what reads it: US stocks over 25 years.

Drawn from hashes of symbol and session number, so equal in every run and at every size.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import exchange_calendars

from ingest.landing import RAW_SCHEMA

FIRST, LAST = "2000-01-01", "2024-12-31"
N_QUARTERS = 104  # from a year before the first session
METRICS = {
    "book_equity": 3e9,
    "total_assets": 8e9,
    "total_liabilities": 5e9,
    "net_income": 4e8,
    "revenue": 4e9,
    "gross_profit": 1.5e9,
    "operating_cash_flow": 6e8,
    "cost_of_goods_sold": 2.5e9,
    "sga_expense": 7e8,
    "interest_expense": 1e8,
    "shares_outstanding": 1e8,
}

MACROS = """
create macro uniform(a, b, c) as (hash(a, b, c) >> 11) / 9007199254740992.0;
create macro normal(a, b, c) as
    sqrt(-2 * ln(uniform(a, b, c) + 1e-300)) * cos(2 * pi() * uniform(a, b, c + 1));
"""

ONCE = """
create schema prepared;

create table prepared.venue_sessions as
select 'XNYS' as venue, session_date, session_no from sessions;

create table prepared.market_returns as
select
    session_date as as_of_date, 'equity' as asset_class,
    0.0003 + 0.01 * normal(session_no, 'market', 1) as equal_weight_return,
    equal_weight_return as cap_weight_return,
    {n_names}::bigint as n_names, {n_names}::bigint as n_caps, true as is_cap_weighted,
    equal_weight_return as market_return
from sessions;

create table prepared.fx_daily as
select day::date as rate_date, 'USD' as currency, 1.0::double as usd_per_unit,
    1.0::double as base_per_unit
from generate_series(date '{first}', date '{last}', interval 1 day) as days(day);

create table prepared.onchain_daily (
    symbol varchar, as_of_date date, market_cap double, active_addresses double,
    adjusted_transfer_value double
);

create table prepared.fundamentals_known (
    symbol varchar, metric varchar, known_from date, known_to date, period_end_date date,
    currency varchar, last_value double, year_ago_value double, ttm_value double,
    ttm_end_date date
);
"""

# One bar in a hundred is missing: its price is carried, its return falls on the next bar's day.
PRICES = """
with
drawn as (
    select
        names.symbol, names.sector, sessions.session_date as as_of_date, sessions.session_no,
        uniform(names.symbol, sessions.session_no, 0) < 0.01 as is_stale,
        (0.5 + names.u) * market_returns.market_return
        + (0.01 + 0.02 * names.v) * normal(names.symbol, sessions.session_no, 1) as log_return,
        names.u, names.v
    from names cross join sessions
    inner join prepared.market_returns on market_returns.as_of_date = sessions.session_date
),
walked as (
    select *, sum(log_return) over history as log_price,
        row_number() over history as n_history,
        count(case when not is_stale then 1 end) over history as n_bars
    from drawn
    window history as (
        partition by symbol order by session_no rows between unbounded preceding and current row
    )
),
carried as (
    select *,
        exp(3 + v + coalesce(
            last_value(case when not is_stale then log_price end ignore nulls) over history, 0
        )) as price
    from walked
    window history as (
        partition by symbol order by session_no rows between unbounded preceding and current row
    )
)
select
    as_of_date, symbol, 'equity' as asset_class, 'XNYS' as venue, 'USD' as currency,
    session_no, price as close, price as close_local, price as adj_close,
    price / lag(price) over (partition by symbol order by session_no) - 1 as ret_1d,
    case when not is_stale then round(exp(12 + 2 * u) * (0.5 + uniform(symbol, session_no, 5)))
    end as volume,
    volume * price as dollar_volume_usd,
    price * exp(17 + 3 * u) as market_cap_usd,
    is_stale, false as is_delisted, is_stale::bigint as sessions_since_bar,
    1::bigint as listing_no, n_bars, price as total_return_index,
    sector, n_history
from carried
"""

PRICES_DAILY = "select * exclude (sector, n_history) from priced"
UNIVERSE_DAILY = """
select
    as_of_date, symbol, asset_class, venue, 'US' as country, currency, sector,
    'stock' as asset_kind, true as is_member, n_history,
    market_cap_usd / 1e3 as median_dollar_volume_usd,
    market_cap_usd / 1e3 as mean_dollar_volume_usd,
    0.02::double as ret_1d_std, not is_stale and n_history >= 63 as is_tradable
from priced
"""

# A statement 45 days after its quarter, until the next one.
STATEMENTS = """
with
quarters as (
    select names.symbol, quarter, metrics.metric, metrics.typical,
        (date '1999-01-01' + to_months(3 * (quarter + 1)) - interval 1 day)::date as period_end_date
    from names cross join generate_series(0, {n_quarters} - 1) as q(quarter) cross join metrics
)
select
    symbol, metric, period_end_date + 45 as known_from,
    (date '1999-01-01' + to_months(3 * (quarter + 2)) - interval 1 day)::date + 45 as known_to,
    period_end_date, 'USD' as currency,
    typical * exp(0.01 * quarter + normal(symbol, quarter, hash(metric) % 1000)) as last_value,
    case when quarter >= 4
        then typical * exp(0.01 * (quarter - 4) + normal(symbol, quarter - 4, hash(metric) % 1000))
    end as year_ago_value,
    case when quarter >= 3 then 4 * last_value end as ttm_value,
    case when quarter >= 3 then period_end_date end as ttm_end_date
from quarters
"""


def make_market(path: Path, n_names: int, *, block: int = 250) -> None:
    """Write a work file that holds the prepared tables which the models of ``factors`` read.

    Names are made ``block`` at a time, so that this takes little memory at any size.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    calendar = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST)
    session_dates = calendar.sessions.to_frame(index=False, name="day")  # noqa: F841  read by SQL
    with duckdb.connect(str(path)) as connection:
        connection.execute("set preserve_insertion_order = false; set threads = 2")
        connection.execute("set memory_limit = '4GB'; set enable_progress_bar = false")
        connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
        connection.execute(MACROS.replace("create macro", "create temp macro"))
        connection.execute(
            "create temp table sessions as select day::date as session_date, "
            "row_number() over (order by day) as session_no from session_dates"
        )
        connection.execute("create temp table metrics (metric varchar, typical double)")
        connection.executemany("insert into metrics values (?, ?)", list(METRICS.items()))
        connection.execute(ONCE.format(n_names=n_names, first=FIRST, last=LAST))
        for first in range(0, n_names, block):
            connection.execute(
                "create or replace temp table names as select printf('N%04d', n) as symbol, "
                "printf('Sector %d', n % 11) as sector, uniform(n, 'u', 1) as u, "
                f"uniform(n, 'v', 1) as v from range({first}, {min(first + block, n_names)}) r(n)"
            )
            connection.execute(f"create or replace temp table priced as {PRICES}")
            for table, query in (
                ("prices_daily", PRICES_DAILY),
                ("universe_daily", UNIVERSE_DAILY),
            ):
                make = (
                    f"insert into prepared.{table}"
                    if first
                    else f"create table prepared.{table} as"
                )
                connection.execute(f"{make} {query}")
            statements = STATEMENTS.format(n_quarters=N_QUARTERS)
            connection.execute(f"insert into prepared.fundamentals_known {statements}")


def copy_first_names(whole: Path, path: Path, n_names: int) -> None:
    """A new work file with the first names of a market; the same numbers as made at that size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    by_symbol = ("prices_daily", "universe_daily", "fundamentals_known", "onchain_daily")
    others = ("venue_sessions", "market_returns", "fx_daily")
    with duckdb.connect(str(path)) as connection:
        connection.execute("set preserve_insertion_order = false; set threads = 2")
        connection.execute("set memory_limit = '4GB'; set enable_progress_bar = false")
        connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
        connection.execute(f"attach '{whole}' as whole (read_only); create schema prepared")
        for table in (*by_symbol, *others):
            chosen = f"where symbol < 'N{n_names:04d}'" if table in by_symbol else ""
            connection.execute(
                f"create table prepared.{table} as from whole.prepared.{table} {chosen}"
            )
