-- How far each strategy, and its benchmark, stands below its highest value so far, after costs.
-- Long histories are thinned to the deepest day of each of at most 400 equal runs of days.
with

daily as (

    select
        daily_pnl.strategy,
        daily_pnl.date,
        daily_pnl.drawdown,
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

with_benchmark as (

    select
        daily.*,
        daily.benchmark_nav / greatest(1, max(daily.benchmark_nav) over to_date) - 1
            as benchmark_drawdown

    from daily

    window to_date as (
        partition by daily.strategy
        order by daily.date
        rows between unbounded preceding and current row
    )

),

thinned as (

    select
        with_benchmark.strategy,
        max(with_benchmark.date) as date,
        min(with_benchmark.drawdown) as drawdown,
        min(with_benchmark.benchmark_drawdown) as benchmark_drawdown,
        max(with_benchmark.n_days) as n_days,
        max(with_benchmark.first_date) as first_date

    from with_benchmark

    group by
        with_benchmark.strategy,
        (with_benchmark.n_days - with_benchmark.day_no)
        // ((with_benchmark.n_days + 399) // 400)

)

select
    strategies.asset_class,
    thinned.strategy,
    strategies.benchmark,
    thinned.date,
    thinned.drawdown,
    thinned.benchmark_drawdown,
    thinned.n_days,
    thinned.first_date

from thinned

inner join seeds.strategies as strategies on thinned.strategy = strategies.strategy

order by thinned.strategy, thinned.date
