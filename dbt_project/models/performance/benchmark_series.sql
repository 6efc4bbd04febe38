{{ config(schema='construction', tags=['sweep']) }}
{# What each benchmark earns on each calendar, class by class: the returns of the days between #}
{# two dates of the calendar compound into the later one. sixty_forty is of the markets. #}
{% set markets = {
    'market': 'market_return',
    'equal_weight': 'equal_weight_return',
    'cap_weight': 'cap_weight_return',
    'sixty_forty': 'market_return',
} %}
with

day_map as (

    select
        portfolio_calendar.calendar,
        portfolio_calendar.calendar_date,
        calendar_days.session_date as day_date

    from {{ ref('portfolio_calendar') }} as portfolio_calendar

    inner join {{ ref('venue_sessions') }} as calendar_days
        on
            calendar_days.venue = '24/7'
            and coalesce(portfolio_calendar.prior_date, cast('0001-01-01' as date))
            < calendar_days.session_date
            and portfolio_calendar.calendar_date >= calendar_days.session_date

    where portfolio_calendar.has_data

),

daily as (

    {% for benchmark, column in markets.items() %}

        select
            '{{ benchmark }}' as benchmark,
            market_returns.asset_class,
            market_returns.as_of_date,
            market_returns.{{ column }} as ret

        from {{ ref('market_returns') }} as market_returns

        union all

    {% endfor %}

    select
        prices_daily.symbol as benchmark,
        prices_daily.asset_class,
        prices_daily.as_of_date,
        coalesce(prices_daily.ret_1d, 0) as ret

    from {{ ref('prices_daily') }} as prices_daily

    where
        prices_daily.symbol in (
            select strategies.benchmark from {{ ref('strategies') }} as strategies
        )

),

compounded as (

    select
        day_map.calendar,
        day_map.calendar_date,
        daily.benchmark,
        daily.asset_class,
        case
            when count(daily.ret) = 0 then null
            when count(*) = 1 then max(daily.ret)
            else exp(sum(ln(greatest(1 + coalesce(daily.ret, 0), 1e-300)))) - 1
        end as benchmark_return

    from daily

    inner join day_map on daily.as_of_date = day_map.day_date

    group by all

)

select * from compounded
