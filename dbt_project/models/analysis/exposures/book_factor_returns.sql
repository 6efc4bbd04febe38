{# The factor portfolios that books are regressed on, on each book's calendar: returns of the #}
{# days between two dates of it (a weekend of coins) compound into the later one, a market's #}
{# beyond cash as what it grew less what cash grew. A closed class earns 0. #}
with

chosen as (

    {% for factor in exposure_factors() %}

        select
            '{{ factor.asset_class }}' as asset_class,
            '{{ factor.name }}' as factor,
            {{ 1 if factor.name in ('MKT', 'CMKT') else 0 }} as cash_share

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

begun as (

    select
        chosen.asset_class,
        chosen.factor,
        chosen.cash_share,
        min(fama_french.date) as first_date

    from chosen

    inner join {{ ref('fama_french') }} as fama_french
        on
            chosen.asset_class = fama_french.asset_class
            and chosen.factor = fama_french.portfolio

    group by chosen.asset_class, chosen.factor, chosen.cash_share

),

-- A session of the class is a day on which it has cash, whether or not the factor has a return.
daily as (

    select
        sessions.date,
        begun.factor,
        fama_french.return as factor_return,
        begun.cash_share * sessions.return as cash_return

    from begun

    inner join {{ ref('fama_french') }} as sessions
        on
            begun.asset_class = sessions.asset_class
            and sessions.portfolio = 'RF'
            and begun.first_date <= sessions.date

    left join {{ ref('fama_french') }} as fama_french
        on
            sessions.date = fama_french.date
            and begun.asset_class = fama_french.asset_class
            and begun.factor = fama_french.portfolio

),

calendars as (

    select distinct portfolio_calendar.calendar

    from {{ ref('portfolio_calendar') }} as portfolio_calendar

),

-- The date of the calendar that a day counts to: the first at or after it.
counted as (

    select
        calendars.calendar,
        calendar_days.session_date as day_date,
        min(portfolio_calendar.calendar_date) over (
            partition by calendars.calendar
            order by calendar_days.session_date
            rows between current row and unbounded following
        ) as calendar_date

    from calendars

    cross join {{ ref('venue_sessions') }} as calendar_days

    left join {{ ref('portfolio_calendar') }} as portfolio_calendar
        on
            calendars.calendar = portfolio_calendar.calendar
            and calendar_days.session_date = portfolio_calendar.calendar_date

    where calendar_days.venue = '24/7'

),

day_map as (

    select
        counted.calendar,
        counted.calendar_date,
        counted.day_date

    from counted

    inner join {{ ref('portfolio_calendar') }} as portfolio_calendar
        on
            counted.calendar = portfolio_calendar.calendar
            and counted.calendar_date = portfolio_calendar.calendar_date
            and counted.day_date > portfolio_calendar.prior_date

    where portfolio_calendar.has_data

),

compounded as (

    select
        day_map.calendar,
        day_map.calendar_date,
        begun.asset_class,
        begun.factor,
        count(daily.date) as n_sessions,
        case
            when count(daily.date) = 0 then 0
            when count(daily.factor_return) < count(daily.date) then null
            when count(daily.date) = 1 then max(daily.factor_return)
            else
                exp(sum(ln(greatest(1 + daily.cash_return + daily.factor_return, 1e-300))))
                - exp(sum(ln(1 + daily.cash_return)))
        end as factor_return

    from day_map

    inner join begun on day_map.calendar_date >= begun.first_date

    left join daily
        on
            day_map.day_date = daily.date
            and begun.factor = daily.factor

    group by day_map.calendar, day_map.calendar_date, begun.asset_class, begun.factor

),

-- A class whose sessions lie so far back has ended: it earns nothing, not 0.
carried as (

    select
        compounded.*,
        max(case when compounded.n_sessions > 0 then compounded.calendar_date end) over (
            partition by compounded.calendar, compounded.factor
            order by compounded.calendar_date
        ) as last_session_date

    from compounded

)

select
    carried.calendar,
    carried.calendar_date,
    carried.asset_class,
    carried.factor,
    carried.factor_return

from carried

where
    carried.factor_return is not null
    and {{ days_between('carried.last_session_date', 'carried.calendar_date') }}
    <= {{ var('max_carry_venue_days') }}
