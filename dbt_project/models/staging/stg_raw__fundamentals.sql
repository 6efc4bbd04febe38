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

named as (

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

-- A value without a publication time that comes in again with a change was restated: the first
-- word keeps its day, the later one counts from the day it was seen. One that names its time is
-- simply corrected.
versions as (

    select
        named.*,
        cast(named.observed_at as date) as observed_on_date,
        named.load_id = min(named.load_id) over version as is_first,
        named.load_id = max(named.load_id) over version as is_newest,
        {{ add_days(
            'named.period_end_date',
            by_asset_class(var('publication_lag_days'), 'named.frequency'),
        ) }} as assumed_on_date

    from named

    left join outranked
        on
            named.asset_symbol = outranked.asset_symbol
            and named.metric = outranked.metric
            and named.period_end_date = outranked.period_end_date
            and named.symbol_rank > outranked.best_symbol_rank

    where outranked.asset_symbol is null

    window version as (
        partition by
            named.asset_symbol,
            named.metric,
            named.period_end_date,
            named.frequency,
            named.published_at
    )

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
