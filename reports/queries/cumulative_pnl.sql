-- Net asset value after costs of each strategy and of its benchmark; 1 is the day before the first.
-- Long histories are thinned to the last day of each of at most 500 equal runs of days.
with

daily as (

    select
        daily_pnl.strategy,
        daily_pnl.date,
        daily_pnl.nav,
        case
            when count(daily_pnl.benchmark_return) over to_date > 0
                then
                    exp(
                        sum(
                            ln(greatest(1 + coalesce(daily_pnl.benchmark_return, 0), 1e-300))
                        ) over to_date
                    )
        end as benchmark_nav,
        row_number() over to_date as day_no,
        count(*) over (partition by daily_pnl.strategy) as n_days,
        min(daily_pnl.date) over (partition by daily_pnl.strategy) as first_date

    from performance.daily_pnl as daily_pnl

    window to_date as (
        partition by daily_pnl.strategy
        order by daily_pnl.date
        rows between unbounded preceding and current row
    )

),

thinned as (

    select daily.*

    from daily

    qualify
        daily.day_no = 1
        or row_number() over (
            partition by
                daily.strategy,
                (daily.n_days - daily.day_no) // ((daily.n_days + 499) // 500)
            order by daily.date desc
        ) = 1

)

select
    strategies.asset_class,
    thinned.strategy,
    strategies.benchmark,
    thinned.date,
    thinned.nav,
    thinned.benchmark_nav,
    thinned.n_days,
    thinned.first_date

from thinned

inner join seeds.strategies as strategies on thinned.strategy = strategies.strategy

order by thinned.strategy, thinned.date
