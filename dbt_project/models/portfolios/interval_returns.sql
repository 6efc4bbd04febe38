{# What one unit of each traded name does over each whole stretch between dates of trade. #}
{# excess_growth and borrowed_years are in units of cash growth at each day: sum of #}
{# growth x (r - rf) / B, and of growth x days / 365 / B. A stretch still open has no row. #}
with

closings as (

    select
        executions.calendar,
        executions.interval_no - 1 as interval_no,
        min(executions.trade_date) as closing_date

    from {{ ref('executions') }} as executions

    group by executions.calendar, executions.interval_no

),

cash as (

    select
        unit_returns.calendar,
        unit_returns.interval_no,
        max_by(unit_returns.cash_growth, unit_returns.calendar_date) as cash_growth

    from {{ ref('unit_returns') }} as unit_returns

    group by unit_returns.calendar, unit_returns.interval_no

),

by_name as (

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
            unit_returns.opening_growth * unit_returns.n_days / 365.0 / unit_returns.cash_growth
        ) as borrowed_years

    from {{ ref('unit_returns') }} as unit_returns

    group by unit_returns.calendar, unit_returns.symbol, unit_returns.interval_no

)

select
    closings.closing_date,
    by_name.calendar,
    by_name.symbol,
    by_name.interval_no,
    by_name.growth,
    by_name.excess_growth,
    by_name.borrowed_years,
    cash.cash_growth

from by_name

inner join cash
    on
        by_name.calendar = cash.calendar
        and by_name.interval_no = cash.interval_no

inner join closings
    on
        by_name.calendar = closings.calendar
        and by_name.interval_no = closings.interval_no
