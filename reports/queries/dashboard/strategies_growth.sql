-- What 1 at the start of the range became, and how far below its highest it was: one row per
-- strategy and bucket of days, the growth at its end and the deepest drawdown within it. Before
-- costs means before trading costs and borrow fees; cash earns in both.
with

daily as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        case
            when $series = 'benchmark' then coalesce(daily_pnl.benchmark_return, 0)
            when $series = 'net' then daily_pnl.net_return
            else daily_pnl.gross_return + daily_pnl.cash_return
        end as return

    from performance.daily_pnl as daily_pnl

    where
        list_contains(cast($strategies as varchar[]), daily_pnl.strategy)
        and daily_pnl.date between cast($first_date as date) and cast($last_date as date)

),

grown as (

    select
        daily.date,
        daily.strategy,
        coalesce(exp(sum(ln(greatest(1 + daily.return, 1e-300))) over before_day), 1)
        * (1 + daily.return) as growth

    from daily

    window before_day as (
        partition by daily.strategy
        order by daily.date
        rows between unbounded preceding and 1 preceding
    )

),

fallen as (

    select
        grown.*,
        least(grown.growth / greatest(1, max(grown.growth) over to_date) - 1, 0) as drawdown

    from grown

    window to_date as (
        partition by grown.strategy
        order by grown.date
        rows between unbounded preceding and current row
    )

)

select
    fallen.strategy,
    max(fallen.date) as date,
    max_by(fallen.growth, fallen.date) as growth,
    min(fallen.drawdown) as drawdown

from fallen

group by fallen.strategy, date_trunc($bucket, fallen.date)

order by fallen.strategy, date
