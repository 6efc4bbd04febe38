{# What a holding of each name is worth on every day of its class, its own venue closed or not, #}
{# and when it could next be traded. #}
{% set traded_on -%}
    case
        when not prices_daily.is_stale and not prices_daily.is_delisted
            then prices_daily.as_of_date
    end
{%- endset %}
{% set delisted_on = 'case when prices_daily.is_delisted then prices_daily.as_of_date end' %}
with

class_days as (

    select distinct
        prices_daily.asset_class,
        prices_daily.as_of_date

    from {{ ref('prices_daily') }} as prices_daily

),

lives as (

    select
        prices_daily.symbol,
        prices_daily.asset_class,
        min(prices_daily.as_of_date) as first_date,
        max(prices_daily.as_of_date) as last_date

    from {{ ref('prices_daily') }} as prices_daily

    group by prices_daily.symbol, prices_daily.asset_class

),

-- A trade needs a bar: so many own sessions after the day, none of them stale or the delisting.
worths as (

    select
        class_days.as_of_date,
        lives.symbol,
        {{ ignoring_nulls('last_value', 'prices_daily.total_return_index') }} over history as worth,
        {{ ignoring_nulls('last_value', 'prices_daily.market_cap_usd') }} over history
            as market_cap_usd,
        {{ ignoring_nulls('lead', traded_on ~ ', ' ~ var('execution_lag_sessions')) }}
            over by_symbol as next_trade_date,
        {{ ignoring_nulls('lead', delisted_on) }} over by_symbol as next_delisting_date

    from lives

    inner join class_days
        on
            lives.asset_class = class_days.asset_class
            and class_days.as_of_date between lives.first_date and lives.last_date

    left join {{ ref('prices_daily') }} as prices_daily
        on
            lives.symbol = prices_daily.symbol
            and class_days.as_of_date = prices_daily.as_of_date

    window
        by_symbol as (partition by lives.symbol order by class_days.as_of_date),
        history as (
            partition by lives.symbol
            order by class_days.as_of_date
            rows between unbounded preceding and current row
        )

),

stepped as (

    select
        worths.as_of_date,
        worths.symbol,
        worths.worth,
        lag(worths.worth) over by_symbol as prior_worth,
        lag(worths.market_cap_usd) over by_symbol as prior_market_cap_usd,
        worths.next_trade_date,
        worths.next_delisting_date

    from worths

    window by_symbol as (partition by worths.symbol order by worths.as_of_date)

)

select * from stepped
