"""A synthetic warehouse up to the desired weights, for timing what reads them: US stocks, 20 years.

Scores are drawn by seed and persist; each variant holds its 50 best of 500 names at month ends.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import duckdb
import exchange_calendars
import numpy as np
import pandas as pd
import pyarrow as pa

from ingest.landing import RAW_SCHEMA

FIRST, LAST = "2000-12-15", "2021-01-15"
N_DAYS, N_NAMES, N_HELD, N_REBALANCES = 5040, 500, 50, 240
TURNOVER_CAPS = (None, 0.1, 0.2, 0.3)
FUNDS_USD = (1e6, 1e7, 1e8, 1e9, 1e10)
LINEAR = 5e-4  # cost of a trade
HALF_POWER = 0.7 * 0.02 / 1e4  # its impact per root of US dollars
PERSISTENCE = 0.95  # of scores from month to month: a fifth to a fourth of the names change

TABLES = """
create schema sweep_seeds; create schema sweep_construction;
create schema prepared; create schema factors;

create table sweep_seeds.strategies as
select
    strategy, 'equity' as asset_class, 'made' as score, 'long_only' as side, 'equal' as weighting,
    0.1::double as top_fraction, null::double as hold_fraction, 1::double as gross_long,
    0::double as gross_short, 1::double as max_weight, 0::double as min_weight,
    null::double as sector_cap, 0::double as crypto_share,
    'monthly' as rebalance, turnover_cap, null::double as no_trade_band,
    null::double as participation_cap, 'standard' as cost_model, 'market' as benchmark, aum_usd
from variants;

create table sweep_seeds.cost_models as
select
    'standard' as cost_model, 'equity' as asset_class, 0::double as min_dollar_volume_usd,
    1::double as commission_bps, 4::double as half_spread_bps, 'square_root' as impact_law,
    0.7::double as impact_coefficient, 50::double as borrow_bps_ann, 0::double as funding_bps_ann;

create table prepared.venue_sessions as
select 'XNYS' as venue, day as session_date from days
union all
select '24/7', unnest(generate_series(min(day), max(day), interval 1 day))::date from days;

create table prepared.portfolio_calendar as
select
    'equity_sessions' as calendar, day as calendar_date,
    lag(day) over (order by day) as prior_date, true as has_data,
    date_diff('day', lag(day) over (order by day), day) as n_days,
    coalesce(power(1.02, date_diff('day', lag(day) over (order by day), day) / 365.0) - 1, 0)
        as cash_return
from days;

create table prepared.assets as
select distinct symbol, 'equity' as asset_class, 'XNYS' as venue from bars;

create table prepared.prices_daily as
select
    day as as_of_date, symbol, 'equity' as asset_class, 'XNYS' as venue, 1::bigint as listing_no,
    total_return_index, ret_1d, null::double as market_cap_usd,
    false as is_stale, false as is_delisted
from bars;

create table prepared.universe_daily as
select
    day as as_of_date, symbol, 'equity' as asset_class, 'XNYS' as venue,
    0.02::double as ret_1d_std, 1e8::double as mean_dollar_volume_usd
from bars;

create table prepared.market_returns as
select
    day as as_of_date, 'equity' as asset_class, avg(ret_1d) as market_return,
    avg(ret_1d) as equal_weight_return, avg(ret_1d) as cap_weight_return
from bars group by day;

create table factors.factor_dates as
select
    decision as as_of_date, 'equity' as asset_class, 'XNYS' as venue, decision as session_date,
    true as is_month_end, false as is_week_end
from decisions;

create table sweep_construction.rebalances as
select
    strategy, decision as as_of_date, true as is_scheduled, false as is_newest,
    'equity_sessions' as calendar
from variants cross join decisions;

create table sweep_construction.trial_settings as
select strategy, md5(strategy) as trial_id, strategy as settings from variants;

create table prepared.build_clock as
select
    1::bigint as newest_load_id, date '2999-12-31' as end_date,
    timestamp '9999-12-31' as known_at;
"""


def make_market(path: Path, n_variants: int) -> None:
    """Write the tables that the layers of portfolios and performance read, up to desired weights.

    ``construction.desired_weights`` has one row per date, variant and name held.
    """
    sessions = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST).sessions
    days = sessions[:N_DAYS].tz_localize(None)
    decisions = days.to_series().groupby(days.to_period("M")).max().iloc[1 : N_REBALANCES + 1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for name, frame in {
            "days": pd.DataFrame({"day": days.date}),
            "decisions": pd.DataFrame({"decision": decisions.dt.date.to_numpy()}),
            "variants": variants(n_variants),
            "bars": bars(days),
        }.items():
            connection.register("frame", frame)
            connection.execute(f"create temp table {name} as select * from frame")
        connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
        connection.execute(TABLES)
        connection.execute(
            "create table sweep_construction.desired_weights (as_of_date date, strategy varchar, "
            "symbol varchar, asset_class varchar, calendar varchar, is_scheduled boolean, "
            "leg varchar, score double, score_rank bigint, n_candidates bigint, "
            "desired_weight double, is_leg_underfilled boolean)"
        )
        for first in range(0, n_variants, 50):
            chosen = pa.concat_tables(
                weights_of(variant) for variant in range(first, min(first + 50, n_variants))
            )
            connection.register("chosen", chosen)
            connection.execute(
                "insert into sweep_construction.desired_weights "
                "select d.decision, 'variant_' || lpad(c.variant::varchar, 4, '0'), "
                "'S' || lpad(c.name::varchar, 3, '0'), 'equity', 'equity_sessions', true, 'long', "
                "0.0, c.place, 500, c.weight, false from chosen as c join "
                "(select decision, row_number() over (order by decision) - 1 as no from decisions) "
                "as d on c.date = d.no"
            )


def variants(n_variants: int) -> pd.DataFrame:
    """strategy, turnover_cap, aum_usd: every cap with every size of the fund, in turn."""
    limits = list(product(TURNOVER_CAPS, FUNDS_USD))
    rows = [(f"variant_{i:04d}", *limits[i % len(limits)]) for i in range(n_variants)]
    frame = pd.DataFrame(rows, columns=["strategy", "turnover_cap", "aum_usd"])
    return frame.astype({"turnover_cap": "float64"})


def bars(days: pd.DatetimeIndex) -> pd.DataFrame:
    """day, symbol, ret_1d, total_return_index."""
    drawn = np.random.default_rng(7).normal(0.0003, 0.02, (len(days), N_NAMES))
    drawn[0] = 0
    return pd.DataFrame(
        {
            "day": np.repeat(days.date, N_NAMES),
            "symbol": np.tile([f"S{i:03d}" for i in range(N_NAMES)], len(days)),
            "ret_1d": drawn.ravel(),
            "total_return_index": np.cumprod(1 + drawn, axis=0).ravel(),
        }
    )


def weights_of(variant: int) -> pa.Table:
    """variant, date, name, place, weight: the held names of a variant on each date by number."""
    draw = np.random.default_rng([7, variant])
    score, names, weights = draw.normal(size=N_NAMES), [], []
    for _ in range(N_REBALANCES):
        news = draw.normal(size=N_NAMES)
        score = PERSISTENCE * score + np.sqrt(1 - PERSISTENCE**2) * news
        best = np.sort(np.argpartition(-score, N_HELD)[:N_HELD])
        raw = np.ones(N_HELD) if variant % 2 else score[best] - score[best].min() + 0.5
        names.append(best)
        weights.append(raw / raw.sum())
    return pa.table(
        {
            "variant": np.full(N_REBALANCES * N_HELD, variant),
            "date": np.repeat(np.arange(N_REBALANCES), N_HELD),
            "name": np.concatenate(names),
            "place": np.tile(np.arange(1, N_HELD + 1), N_REBALANCES),
            "weight": np.concatenate(weights),
        }
    )
