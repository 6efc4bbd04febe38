{# Each day's NAV is the last one times 1 + net return, from 1; METHODS section 9, 1e-12. #}
with

stepped as (

    select
        daily_pnl.strategy,
        daily_pnl.date,
        daily_pnl.nav,
        (1 + daily_pnl.net_return)
        * lag(daily_pnl.nav, 1, 1.0) over (
            partition by daily_pnl.strategy
            order by daily_pnl.date
        ) as compounded

    from {{ ref('daily_pnl') }} as daily_pnl

)

select *

from stepped

where not coalesce(abs(nav / nullif(compounded, 0) - 1) <= 1e-12, false)
