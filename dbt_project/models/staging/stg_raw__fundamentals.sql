{{ config(materialized='table') }}
{# Statement items and on-chain metrics with the day on which each became known. #}
{# Without a publication time: period end + 90 days (quarter), + 120 (year), + 1 (daily metric). #}
with

fundamentals as (

    select * from {{ source('raw', 'fundamentals') }}

    where {{ is_known() }}

),

symbol_changes as (

    select * from {{ ref('stg_raw__symbol_changes') }}

),

named as {{ inlined() }} (

    select
        fundamentals.*,
        coalesce(symbol_changes.symbol, fundamentals.symbol) as asset_symbol,
        coalesce(symbol_changes.symbol_rank, 0) as symbol_rank

    from fundamentals

    left join symbol_changes
        on {{ bore_old_symbol('fundamentals.symbol', 'fundamentals.period_end_date') }}

),

-- Of two symbols of one asset that report a period, the newer one's word counts.
outranked as (

    select
        named.asset_symbol,
        named.metric,
        named.period_end_date,
        min(named.symbol_rank) as best_symbol_rank

    from named

    where named.asset_symbol in (select symbol_changes.symbol from symbol_changes)

    group by all

),

counted as {{ inlined() }} (

    select named.*

    from named

    left join outranked
        on
            named.asset_symbol = outranked.asset_symbol
            and named.metric = outranked.metric
            and named.period_end_date = outranked.period_end_date
            and named.symbol_rank > outranked.best_symbol_rank

    where outranked.asset_symbol is null

),

-- Only a row that came after the first load of its asset can have taken another one's place.
first_loads as (

    select
        counted.asset_symbol,
        min(counted.load_id) as load_id

    from counted

    group by counted.asset_symbol

),

later_rows as (

    select distinct
        counted.asset_symbol,
        counted.metric,
        counted.period_end_date,
        counted.frequency,
        counted.published_at

    from counted

    inner join first_loads
        on
            counted.asset_symbol = first_loads.asset_symbol
            and counted.load_id > first_loads.load_id

),

reloaded as (

    select
        counted.asset_symbol,
        counted.metric,
        counted.period_end_date,
        counted.frequency,
        counted.published_at,
        min(counted.load_id) as first_load_id,
        max(counted.load_id) as newest_load_id

    from counted

    inner join later_rows
        on
            counted.asset_symbol = later_rows.asset_symbol
            and counted.metric = later_rows.metric
            and counted.period_end_date = later_rows.period_end_date
            and counted.frequency = later_rows.frequency
            and counted.published_at is not distinct from later_rows.published_at

    group by
        counted.asset_symbol,
        counted.metric,
        counted.period_end_date,
        counted.frequency,
        counted.published_at

),

-- A value without a publication time that comes in again with a change was restated: the first
-- word keeps its day, the later one counts from the day it was seen. One that names its time is
-- simply corrected.
versions as (

    select
        counted.*,
        cast(counted.observed_at as date) as observed_on_date,
        coalesce(counted.load_id = reloaded.first_load_id, true) as is_first,
        coalesce(counted.load_id = reloaded.newest_load_id, true) as is_newest,
        {{ add_days(
            'counted.period_end_date',
            by_asset_class(var('publication_lag_days'), 'counted.frequency'),
        ) }} as assumed_on_date

    from counted

    left join reloaded
        on
            counted.asset_symbol = reloaded.asset_symbol
            and counted.metric = reloaded.metric
            and counted.period_end_date = reloaded.period_end_date
            and counted.frequency = reloaded.frequency
            and counted.published_at is not distinct from reloaded.published_at

),

dated as (

    select
        versions.asset_symbol as symbol,
        versions.metric,
        versions.period_end_date,
        versions.frequency,
        case
            when versions.published_at is not null then cast(versions.published_at as date)
            when versions.is_first then versions.assumed_on_date
            else greatest(versions.assumed_on_date, versions.observed_on_date)
        end as known_on_date,
        versions.value * {{ major_unit('versions.currency') }} as value,
        {{ major_currency('versions.currency') }} as currency,
        versions.load_id

    from versions

    where versions.is_newest or versions.published_at is null

)

select *

from dated

where known_on_date <= cast('{{ var("end_date") }}' as date)
