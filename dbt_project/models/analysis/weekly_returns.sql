{# Long-short returns of the factors, and each class's market, by ISO week, the calendar that #}
{# two classes share: each leg's days, crypto's weekend among them, compounded, then long minus #}
{# short. #}
with

daily as (

    select
        factor_returns.date,
        factor_returns.asset_class,
        factor_returns.factor,
        factor_returns.long_return,
        factor_returns.short_return

    from {{ ref('factor_returns') }} as factor_returns

    union all

    select
        market_returns.as_of_date as date,
        market_returns.asset_class,
        'market' as factor,
        market_returns.market_return as long_return,
        0 as short_return

    from {{ ref('market_returns') }} as market_returns

    where market_returns.market_return is not null

),

-- A leg that lost all has nothing left to compound.
compounded as (

    select
        {{ add_days("cast(date_trunc('week', daily.date) as date)", 6) }} as week_end_date,
        daily.asset_class,
        daily.factor,
        case
            when min(daily.long_return) <= -1 then 0
            else
                exp(
                    sum(ln(case when daily.long_return > -1 then 1 + daily.long_return end))
                )
        end as long_growth,
        case
            when min(daily.short_return) <= -1 then 0
            else
                exp(
                    sum(ln(case when daily.short_return > -1 then 1 + daily.short_return end))
                )
        end as short_growth,
        count(*) as n_days

    from daily

    group by all

)

select
    compounded.week_end_date,
    compounded.asset_class,
    compounded.factor,
    compounded.long_growth - compounded.short_growth as weekly_return,
    compounded.n_days

from compounded
