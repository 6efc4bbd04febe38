{# The days on which books are valued, with the cash return from the day before. #}
{# rf = (1 + yield known the day before) ^ (days / 365) - 1; no yield in the data: 0. #}
with

data_ends as (

    select
        prices_daily.asset_class,
        min(prices_daily.as_of_date) as first_date,
        max(prices_daily.as_of_date) as last_date

    from {{ ref('prices_daily') }} as prices_daily

    group by prices_daily.asset_class

),

span as (

    select
        min(data_ends.first_date) as first_date,
        max(data_ends.last_date) as last_date

    from data_ends

),

-- The days go on past the data, since a trade date is known before it comes.
days as (

    select distinct
        'equity_sessions' as calendar,
        venue_sessions.session_date as calendar_date,
        venue_sessions.session_date <= data_ends.last_date as has_data

    from {{ ref('venue_sessions') }} as venue_sessions

    inner join data_ends
        on
            data_ends.asset_class = 'equity'
            and venue_sessions.session_date >= data_ends.first_date

    where venue_sessions.venue <> '24/7'

    union all

    select
        'calendar_days' as calendar,
        venue_sessions.session_date as calendar_date,
        venue_sessions.session_date <= span.last_date as has_data

    from {{ ref('venue_sessions') }} as venue_sessions

    inner join span on venue_sessions.session_date >= span.first_date

    where venue_sessions.venue = '24/7'

),

stepped as (

    select
        days.calendar,
        days.calendar_date,
        days.has_data,
        lag(days.calendar_date) over (
            partition by days.calendar
            order by days.calendar_date
        ) as prior_date

    from days

),

yields as (

    select
        stg_interest_rates.rate_date,
        stg_interest_rates.yield_ann,
        lead(stg_interest_rates.rate_date) over (order by stg_interest_rates.rate_date)
            as next_rate_date

    from {{ ref('stg_raw__interest_rates') }} as stg_interest_rates

    where stg_interest_rates.currency = '{{ var("base_currency") }}'

)

select
    stepped.calendar,
    stepped.calendar_date,
    stepped.prior_date,
    stepped.has_data,
    {{ days_between('stepped.prior_date', 'stepped.calendar_date') }} as n_days,
    coalesce(
        power(
            1 + yields.yield_ann,
            {{ days_between('stepped.prior_date', 'stepped.calendar_date') }} / 365e0
        )
        - 1,
        0
    ) as cash_return

from stepped

left join yields
    on
        stepped.prior_date >= yields.rate_date
        and (yields.next_rate_date is null or stepped.prior_date < yields.next_rate_date)
