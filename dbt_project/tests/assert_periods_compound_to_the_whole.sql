{# Months and years compound to the last NAV, and their costs and days add up to the whole's. #}
with

periods as (

    select
        returns_by_period.strategy,
        returns_by_period.period,
        sum(ln(greatest(1 + returns_by_period.net_return, 1e-300))) as log_growth,
        sum(returns_by_period.cost_return) as cost_return,
        sum(returns_by_period.n_days) as n_days

    from {{ ref('returns_by_period') }} as returns_by_period

    group by returns_by_period.strategy, returns_by_period.period

),

books as (

    select
        daily_pnl.strategy,
        ln(greatest(max_by(daily_pnl.nav, daily_pnl.date), 1e-300)) as log_growth,
        sum(daily_pnl.cost_return) as cost_return,
        count(*) as n_days,
        min(daily_pnl.nav) <= 0 as is_ruined

    from {{ ref('daily_pnl') }} as daily_pnl

    group by daily_pnl.strategy

)

select
    books.strategy,
    periods.period

from books

left join periods on books.strategy = periods.strategy

where
    periods.strategy is null
    or books.n_days <> periods.n_days
    or abs(books.cost_return - periods.cost_return) > 1e-12 * (1 + books.cost_return)
    or (not books.is_ruined and abs(books.log_growth - periods.log_growth) > 1e-11)
