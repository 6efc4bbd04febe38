{# Statement items and on-chain metrics with the day on which each became known. #}
{# Without a publication time: period end + 90 days (quarter), + 120 (year), + 1 (daily metric). #}
with

fundamentals as (

    select * from {{ source('raw', 'fundamentals') }}

),

newest as (

    select
        fundamentals.symbol,
        fundamentals.metric,
        fundamentals.period_end_date,
        fundamentals.frequency,
        coalesce(
            cast(fundamentals.published_at as date),
            {{ add_days(
                'fundamentals.period_end_date',
                by_asset_class(var('publication_lag_days'), 'fundamentals.frequency'),
            ) }}
        ) as known_on_date,
        fundamentals.value * {{ major_unit('fundamentals.currency') }} as value,
        {{ major_currency('fundamentals.currency') }} as currency,
        fundamentals.load_id

    from fundamentals

    qualify
        {{ newest_version([
            'fundamentals.symbol',
            'fundamentals.metric',
            'fundamentals.period_end_date',
            'fundamentals.published_at',
        ]) }}

)

select *

from newest

where known_on_date <= cast('{{ var("end_date") }}' as date)
