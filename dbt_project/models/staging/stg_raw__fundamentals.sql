{# Statement items and on-chain metrics with the day on which each became known. #}
{# Without a publication time: period end + 90 days (quarter), + 120 (year), + 1 (daily metric). #}
with

fundamentals as (

    select * from {{ source('raw', 'fundamentals') }}

),

-- A value without a publication time that comes in again with a change was restated: the first
-- word keeps its day, the later one counts from the day it was seen. One that names its time is
-- simply corrected.
versions as (

    select
        fundamentals.*,
        cast(fundamentals.observed_at as date) as observed_on_date,
        fundamentals.load_id = min(fundamentals.load_id) over version as is_first,
        fundamentals.load_id = max(fundamentals.load_id) over version as is_newest,
        {{ add_days(
            'fundamentals.period_end_date',
            by_asset_class(var('publication_lag_days'), 'fundamentals.frequency'),
        ) }} as assumed_on_date

    from fundamentals

    window version as (
        partition by
            fundamentals.symbol,
            fundamentals.metric,
            fundamentals.period_end_date,
            fundamentals.published_at
    )

),

dated as (

    select
        versions.symbol,
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
