{# The benchmark of every strategy on its book's calendar: a market, an asset, or cash. Of two #}
{# classes (sixty_forty: 60 % equity, 40 % crypto; a mixed book's market, equal_weight or #}
{# cap_weight: its own shares) both markets, rebalanced daily; sixty_forty begins with the later. #}
with

strategy_benchmarks as (

    select distinct
        strategies.strategy,
        rebalances.calendar,
        strategies.benchmark,
        case
            when strategies.benchmark in ('market', 'equal_weight', 'cap_weight')
                then strategies.asset_class
            else 'both'
        end as asset_class,
        case
            when
                strategies.benchmark in ('market', 'equal_weight', 'cap_weight')
                and strategies.asset_class = 'both'
                then strategies.crypto_share
        end as crypto_share

    from {{ ref('strategies') }} as strategies

    inner join {{ ref('rebalances') }} as rebalances
        on strategies.strategy = rebalances.strategy

),

-- A thousand strategies share a few benchmarks: each is computed once.
benchmarks as (

    select distinct
        strategy_benchmarks.calendar,
        strategy_benchmarks.benchmark,
        strategy_benchmarks.asset_class,
        strategy_benchmarks.crypto_share

    from strategy_benchmarks

),

both_begun as (

    select
        benchmark_series.calendar,
        benchmark_series.benchmark,
        count(*) = 2 as has_both,
        max(benchmark_series.class_start_date) as first_date

    from (
        select
            series.calendar,
            series.benchmark,
            min(series.calendar_date) as class_start_date

        from {{ ref('benchmark_series') }} as series

        where series.benchmark = 'sixty_forty'

        group by series.calendar, series.benchmark, series.asset_class
    ) as benchmark_series

    group by benchmark_series.calendar, benchmark_series.benchmark

),

-- A class counts with its share of the book; an asset named as benchmark counts whole.
shared as (

    select
        benchmarks.calendar,
        benchmarks.benchmark,
        benchmarks.asset_class,
        benchmarks.crypto_share,
        benchmark_series.calendar_date,
        sum(
            benchmark_series.benchmark_return
            * case
                when benchmarks.benchmark = 'sixty_forty'
                    then case benchmark_series.asset_class when 'crypto' then 0.4 else 0.6 end
                when benchmarks.crypto_share is null then 1
                when benchmark_series.asset_class = 'crypto' then benchmarks.crypto_share
                else 1 - benchmarks.crypto_share
            end
        ) as benchmark_return

    from benchmarks

    inner join {{ ref('benchmark_series') }} as benchmark_series
        on
            benchmarks.calendar = benchmark_series.calendar
            and benchmarks.benchmark = benchmark_series.benchmark
            and benchmarks.asset_class in (benchmark_series.asset_class, 'both')

    left join both_begun
        on
            benchmark_series.calendar = both_begun.calendar
            and benchmark_series.benchmark = both_begun.benchmark

    where
        both_begun.benchmark is null
        or (both_begun.has_both and benchmark_series.calendar_date >= both_begun.first_date)

    group by all

    union all

    select
        benchmarks.calendar,
        benchmarks.benchmark,
        benchmarks.asset_class,
        benchmarks.crypto_share,
        portfolio_calendar.calendar_date,
        portfolio_calendar.cash_return as benchmark_return

    from benchmarks

    inner join {{ ref('portfolio_calendar') }} as portfolio_calendar
        on
            benchmarks.calendar = portfolio_calendar.calendar
            and portfolio_calendar.has_data

    where benchmarks.benchmark = 'cash'

)

select
    shared.calendar_date as date,
    strategy_benchmarks.strategy,
    shared.benchmark_return

from strategy_benchmarks

inner join shared
    on
        strategy_benchmarks.calendar = shared.calendar
        and strategy_benchmarks.benchmark = shared.benchmark
        and strategy_benchmarks.asset_class = shared.asset_class
        and coalesce(strategy_benchmarks.crypto_share, -1) = coalesce(shared.crypto_share, -1)
