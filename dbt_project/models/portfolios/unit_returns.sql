{# What one unit of each traded name does on the book's calendar between two dates of trade. #}
{# Returns of the days between two dates of the calendar (a weekend of a coin) compound into the #}
{# later one; a closed venue earns 0. Nothing is left after a delisting. #}
with

names as (

    select
        executions.calendar,
        executions.symbol,
        min(executions.trade_date) as first_trade_date

    from {{ ref('executions') }} as executions

    group by executions.calendar, executions.symbol

),

trade_dates as (

    select
        executions.calendar,
        executions.trade_date,
        executions.interval_no,
        lead(executions.trade_date) over (
            partition by executions.calendar
            order by executions.trade_date
        ) as next_trade_date

    from (
        select distinct
            executions.calendar,
            executions.trade_date,
            executions.interval_no

        from {{ ref('executions') }} as executions
    ) as executions

),

days as (

    select
        portfolio_calendar.calendar,
        portfolio_calendar.calendar_date,
        portfolio_calendar.prior_date,
        portfolio_calendar.n_days,
        portfolio_calendar.cash_return,
        trade_dates.interval_no,
        exp(
            sum(ln(1 + portfolio_calendar.cash_return)) over (
                partition by portfolio_calendar.calendar, trade_dates.interval_no
                order by portfolio_calendar.calendar_date
            )
        ) as cash_growth

    from {{ ref('portfolio_calendar') }} as portfolio_calendar

    inner join trade_dates
        on
            portfolio_calendar.calendar = trade_dates.calendar
            and portfolio_calendar.calendar_date > trade_dates.trade_date
            and (
                trade_dates.next_trade_date is null
                or portfolio_calendar.calendar_date <= trade_dates.next_trade_date
            )

    where portfolio_calendar.has_data

),

-- The book's day that each calendar day counts to.
day_map as (

    select
        days.calendar,
        calendar_days.session_date as day_date,
        days.calendar_date

    from days

    inner join {{ ref('venue_sessions') }} as calendar_days
        on
            calendar_days.venue = '24/7'
            and days.prior_date < calendar_days.session_date
            and days.calendar_date >= calendar_days.session_date

),

returns as (

    select
        names.calendar,
        day_map.calendar_date,
        prices_daily.symbol,
        case
            when count(*) = 1 then max(coalesce(prices_daily.ret_1d, 0))
            else exp(sum(ln(greatest(1 + coalesce(prices_daily.ret_1d, 0), 1e-300)))) - 1
        end as ret,
        max(case when prices_daily.is_delisted then 1 else 0 end) as n_delistings

    from names

    inner join {{ ref('prices_daily') }} as prices_daily
        on names.symbol = prices_daily.symbol

    inner join day_map
        on
            names.calendar = day_map.calendar
            and prices_daily.as_of_date = day_map.day_date

    group by all

),

grown as (

    select
        days.calendar,
        days.interval_no,
        days.calendar_date,
        days.n_days,
        days.cash_return,
        days.cash_growth,
        names.symbol,
        coalesce(returns.ret, 0) as ret,
        coalesce(returns.n_delistings, 0) as n_delistings,
        coalesce(sum(returns.n_delistings) over before_day, 0) as n_prior_delistings,
        coalesce(exp(sum(ln(greatest(1 + coalesce(returns.ret, 0), 1e-300))) over before_day), 1)
            as opening_growth

    from days

    inner join names
        on
            days.calendar = names.calendar
            and days.calendar_date > names.first_trade_date

    left join returns
        on
            days.calendar = returns.calendar
            and days.calendar_date = returns.calendar_date
            and names.symbol = returns.symbol

    window before_day as (
        partition by days.calendar, names.symbol, days.interval_no
        order by days.calendar_date
        rows between unbounded preceding and 1 preceding
    )

)

select
    grown.calendar_date,
    grown.calendar,
    grown.symbol,
    grown.interval_no,
    grown.n_days,
    grown.cash_return,
    grown.cash_growth,
    grown.ret,
    grown.opening_growth,
    case when grown.n_delistings > 0 then 0 else grown.opening_growth * (1 + grown.ret) end
        as closing_growth

from grown

where grown.n_prior_delistings = 0
