{# What every source of a day contributed is its net return, 1e-12, for every day of every book. #}
with

added_up as (

    select
        attribution.date,
        attribution.strategy,
        sum(attribution.contribution) as contribution

    from {{ ref('attribution') }} as attribution

    group by attribution.date, attribution.strategy

)

select
    coalesce(daily_pnl.date, added_up.date) as date,
    coalesce(daily_pnl.strategy, added_up.strategy) as strategy,
    daily_pnl.net_return,
    added_up.contribution

from {{ ref('daily_pnl') }} as daily_pnl

full outer join added_up
    on
        daily_pnl.date = added_up.date
        and daily_pnl.strategy = added_up.strategy

where coalesce(abs(daily_pnl.net_return - added_up.contribution) > 1e-12, true)
