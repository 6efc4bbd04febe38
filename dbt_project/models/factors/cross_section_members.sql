{# Who can be ranked on each factor date: the tradable names, at their venue's last session. #}
with

tradable as (

    select * from {{ ref('universe_daily') }}

    where is_tradable

),

members as (

    select
        factor_dates.as_of_date,
        tradable.symbol,
        tradable.asset_class,
        tradable.venue,
        tradable.country,
        tradable.sector,
        tradable.market_cap_usd,
        tradable.ret_1d_std,
        factor_dates.session_date,
        factor_dates.is_month_end,
        factor_dates.is_week_end

    from {{ ref('factor_dates') }} as factor_dates

    inner join tradable
        on
            factor_dates.venue = tradable.venue
            and factor_dates.session_date = tradable.as_of_date

)

select * from members
