{# Shares outstanding as known, by symbol, on each stretch between two announcements. #}
with

announcements as (

    select
        stg_fundamentals.symbol,
        stg_fundamentals.known_on_date,
        stg_fundamentals.period_end_date,
        stg_fundamentals.value as shares,
        max(stg_fundamentals.period_end_date) over (
            partition by stg_fundamentals.symbol
            order by stg_fundamentals.known_on_date
        ) as newest_period_end_date

    from {{ ref('stg_raw__fundamentals') }} as stg_fundamentals

    where
        stg_fundamentals.metric = 'shares_outstanding'
        and stg_fundamentals.value > 0
        and {{ is_finite('stg_fundamentals.value') }}

),

-- Only the newest period counts; of two announcements on one day, the later period's.
newest as (

    select *

    from announcements

    where period_end_date = newest_period_end_date

    qualify
        row_number() over (
            partition by symbol, known_on_date
            order by period_end_date desc, shares asc
        ) = 1

)

select
    newest.symbol,
    newest.known_on_date as known_from,
    coalesce(
        lead(newest.known_on_date) over (
            partition by newest.symbol
            order by newest.known_on_date
        ),
        cast('9999-12-31' as date)
    ) as known_to,
    newest.period_end_date,
    newest.shares,
    coalesce(split_index.shares_per_first_share, 1) as shares_per_first_share

from newest

left join {{ ref('split_index') }} as split_index
    on
        newest.symbol = split_index.symbol
        and newest.period_end_date >= split_index.from_date
        and newest.period_end_date < split_index.to_date
