{# Every book after each date of trade of its calendar, weights drifting in between with what #}
{# they hold: w_before = w x growth / growth of the book; an executed name then stands at its #}
{# target. Growth V of the book over a stretch, cash and borrow included, in units of cash growth #}
{# B: V / B = 1 + sum w x sum(growth x (r - rf) / B) #}
{# - sum |w short| x borrow x sum(growth x years / B). A book without value holds nothing; what #}
{# is traded on paper after its ruin stands here alone. #}
with recursive

dates as (

    select
        executions.calendar,
        executions.interval_no,
        min(executions.trade_date) as trade_date

    from {{ ref('executions') }} as executions

    group by executions.calendar, executions.interval_no

),

calendars as (

    select
        dates.calendar,
        max(dates.interval_no) as n_intervals

    from dates

    group by dates.calendar

),

books as (

    select
        executions.calendar,
        executions.strategy,
        executions.symbol,
        max(cost_models.borrow_bps_ann) / 10000.0 as borrow_ann,
        max(calendars.n_intervals) as n_intervals

    from {{ ref('executions') }} as executions

    inner join {{ ref('strategies') }} as strategies
        on executions.strategy = strategies.strategy

    inner join {{ ref('assets') }} as assets on executions.symbol = assets.symbol

    inner join {{ ref('cost_models') }} as cost_models
        on
            strategies.cost_model = cost_models.cost_model
            and assets.asset_class = cost_models.asset_class

    inner join calendars on executions.calendar = calendars.calendar

    group by executions.calendar, executions.strategy, executions.symbol

),

path as (

    select
        books.calendar,
        books.strategy,
        books.symbol,
        books.borrow_ann,
        books.n_intervals,
        cast(0 as bigint) as interval_no,
        cast(0 as double) as weight_before,
        cast(0 as double) as weight_after,
        false as is_executed

    from books

    union all

    select
        drifted.calendar,
        drifted.strategy,
        drifted.symbol,
        drifted.borrow_ann,
        drifted.n_intervals,
        drifted.interval_no,
        drifted.weight_before,
        coalesce(executions.target_weight, drifted.weight_before) as weight_after,
        executions.strategy is not null as is_executed

    from (
        select
            path.calendar,
            path.strategy,
            path.symbol,
            path.borrow_ann,
            path.n_intervals,
            path.interval_no + 1 as interval_no,
            coalesce(
                path.weight_after
                * interval_returns.growth
                / interval_returns.cash_growth
                / nullif(
                    greatest(
                        1
                        + sum(path.weight_after * interval_returns.excess_growth) over book
                        - sum(
                            greatest(-path.weight_after, 0)
                            * path.borrow_ann
                            * interval_returns.borrowed_years
                        ) over book,
                        0
                    ),
                    0
                ),
                0
            ) as weight_before

        from path

        left join {{ ref('interval_returns') }} as interval_returns
            on
                path.calendar = interval_returns.calendar
                and path.interval_no = interval_returns.interval_no
                and path.symbol = interval_returns.symbol

        where path.interval_no < path.n_intervals

        window book as (partition by path.strategy)
    ) as drifted

    left join {{ ref('executions') }} as executions
        on
            drifted.strategy = executions.strategy
            and drifted.symbol = executions.symbol
            and drifted.interval_no = executions.interval_no

)

select
    dates.trade_date,
    path.strategy,
    path.symbol,
    path.calendar,
    path.interval_no,
    path.weight_before,
    path.weight_after,
    path.is_executed,
    path.borrow_ann

from path

inner join dates
    on
        path.calendar = dates.calendar
        and path.interval_no = dates.interval_no

where path.weight_before <> 0 or path.weight_after <> 0
