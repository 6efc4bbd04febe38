{{ config(schema='construction') }}
{# The days of each calendar that have data, with the growth of cash since its first. #}
select
    portfolio_calendar.calendar,
    portfolio_calendar.calendar_date,
    portfolio_calendar.prior_date,
    portfolio_calendar.n_days,
    portfolio_calendar.cash_return,
    exp(
        sum(ln(1 + portfolio_calendar.cash_return)) over (
            partition by portfolio_calendar.calendar
            order by portfolio_calendar.calendar_date
        )
    ) as cash_growth

from {{ ref('portfolio_calendar') }} as portfolio_calendar

where portfolio_calendar.has_data
