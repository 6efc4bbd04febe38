{# Every book after each date of trade of its calendar, weights drifting in between with what they #}
{# hold: w_before = w x growth / growth of the book; an executed name then stands at its target. #}
{# Growth V of the book over an interval, cash and borrow included, in units of cash growth B: #}
{# V / B = 1 + sum w x sum(growth x (r - rf) / B) - sum |w short| x borrow x sum(growth x days / B). #}
with recursive

intervals as (

    select
        unit_returns.calendar,
        unit_returns.symbol,
        unit_returns.interval_no,
        max_by(unit_returns.closing_growth, unit_returns.calendar_date) as growth,
        sum(
            unit_returns.opening_growth
            * (unit_returns.ret - unit_returns.cash_return)
            / unit_returns.cash_growth
        ) as excess_growth,
        sum(
            unit_returns.opening_growth
            * unit_returns.n_days
            / 365.0
            / unit_returns.cash_growth
        ) as borrowed_years

    from {{ ref('unit_returns') }} as unit_returns

    group by unit_returns.calendar, unit_returns.symbol, unit_returns.interval_no

),

interval_cash as (

    select
        unit_returns.calendar,
        unit_returns.interval_no,
        max_by(unit_returns.cash_growth, unit_returns.calendar_date) as cash_growth

    from {{ ref('unit_returns') }} as unit_returns

    group by unit_returns.calendar, unit_returns.interval_no

),

trade_dates as (

    select
        executions.calendar,
        executions.trade_date,
        row_number() over (
            partition by executions.calendar
            order by executions.trade_date
        ) as interval_no

    from (
        select distinct
            executions.calendar,
            executions.trade_date

        from {{ ref('executions') }} as executions
    ) as executions

),

-- Each execution at the number of the interval that it opens.
executed as (

    select
        executions.strategy,
        executions.symbol,
        executions.target_weight,
        trade_dates.interval_no

    from {{ ref('executions') }} as executions

    inner join trade_dates
        on
            executions.calendar = trade_dates.calendar
            and executions.trade_date = trade_dates.trade_date

),

books as (

    select
        executions.calendar,
        executions.strategy,
        executions.symbol,
        max(cost_models.borrow_bps_ann) / 10000.0 as borrow_ann

    from {{ ref('executions') }} as executions

    inner join {{ ref('strategies') }} as strategies
        on executions.strategy = strategies.strategy

    inner join {{ ref('assets') }} as assets on executions.symbol = assets.symbol

    left join {{ ref('cost_models') }} as cost_models
        on
            strategies.cost_model = cost_models.cost_model
            and assets.asset_class = cost_models.asset_class

    group by executions.calendar, executions.strategy, executions.symbol

),

path as (

    select
        books.calendar,
        books.strategy,
        books.symbol,
        books.borrow_ann,
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
        drifted.next_interval_no as interval_no,
        drifted.weight_before,
        coalesce(executed.target_weight, drifted.weight_before) as weight_after,
        executed.strategy is not null as is_executed

    from (
        select
            path.calendar,
            path.strategy,
            path.symbol,
            path.borrow_ann,
            trade_dates.interval_no as next_interval_no,
            path.weight_after
            * coalesce(intervals.growth, 1)
            / coalesce(interval_cash.cash_growth, 1)
            / (
                1
                + sum(path.weight_after * coalesce(intervals.excess_growth, 0)) over book
                - sum(
                    greatest(-path.weight_after, 0)
                    * path.borrow_ann
                    * coalesce(intervals.borrowed_years, 0)
                ) over book
            ) as weight_before

        from path

        inner join trade_dates
            on
                path.calendar = trade_dates.calendar
                and path.interval_no + 1 = trade_dates.interval_no

        left join intervals
            on
                path.calendar = intervals.calendar
                and path.interval_no = intervals.interval_no
                and path.symbol = intervals.symbol

        left join interval_cash
            on
                path.calendar = interval_cash.calendar
                and path.interval_no = interval_cash.interval_no

        window book as (partition by path.strategy)
    ) as drifted

    left join executed
        on
            drifted.strategy = executed.strategy
            and drifted.symbol = executed.symbol
            and drifted.next_interval_no = executed.interval_no

)

select
    trade_dates.trade_date,
    path.strategy,
    path.symbol,
    path.calendar,
    path.interval_no,
    path.weight_before,
    path.weight_after,
    path.is_executed,
    path.borrow_ann

from path

inner join trade_dates
    on
        path.calendar = trade_dates.calendar
        and path.interval_no = trade_dates.interval_no

where path.weight_before <> 0 or path.weight_after <> 0
