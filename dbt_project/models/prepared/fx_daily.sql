{# US dollars for one unit of each currency on every day, the last rate carried a few days. #}
with

fx_rates as (

    select
        stg_fx_rates.currency,
        stg_fx_rates.rate_date,
        stg_fx_rates.usd_per_unit,
        lead(stg_fx_rates.rate_date) over (
            partition by stg_fx_rates.currency
            order by stg_fx_rates.rate_date
        ) as next_rate_date

    from {{ ref('stg_raw__fx_rates') }} as stg_fx_rates

    where stg_fx_rates.currency <> 'USD'

),

days as (

    select distinct venue_sessions.session_date as rate_date

    from {{ ref('venue_sessions') }} as venue_sessions

),

carried as (

    select
        days.rate_date,
        fx_rates.currency,
        fx_rates.usd_per_unit

    from days

    inner join fx_rates
        on
            days.rate_date >= fx_rates.rate_date
            and (fx_rates.next_rate_date is null or days.rate_date < fx_rates.next_rate_date)
            and {{ days_between('fx_rates.rate_date', 'days.rate_date') }}
            <= {{ var('max_carry_fx_days') }}

),

with_dollar as (

    select
        carried.rate_date,
        carried.currency,
        carried.usd_per_unit

    from carried

    union all

    select
        days.rate_date,
        'USD' as currency,
        1.0 as usd_per_unit

    from days

),

based as (

    select
        with_dollar.rate_date,
        with_dollar.currency,
        with_dollar.usd_per_unit,
        with_dollar.usd_per_unit / base.usd_per_unit as base_per_unit

    from with_dollar

    inner join with_dollar as base
        on
            with_dollar.rate_date = base.rate_date
            and base.currency = '{{ var("base_currency") }}'

)

select * from based
