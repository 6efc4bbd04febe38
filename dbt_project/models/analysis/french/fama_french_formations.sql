{{ config(schema='construction') }}
{# Every formation as each venue sees it: its own last session at or before the day, and, of the #}
{# formations at month ends, the sessions one, six and twelve month ends ago. #}
with

by_venue as (

    select
        calendar.asset_class,
        calendar.formation_frequency,
        calendar.date as formation_date,
        calendar.next_date as held_from_date,
        calendar.next_formation_date as held_to_date,
        venue_sessions.venue,
        max(venue_sessions.session_date) as session_date

    from {{ ref('fama_french_calendar') }} as calendar

    inner join {{ ref('venue_sessions') }} as venue_sessions
        on
            (calendar.asset_class = 'crypto') = (venue_sessions.venue = '24/7')
            and venue_sessions.session_date between
            {{ add_days('calendar.date', -7) }} and calendar.date

    where calendar.is_formation

    group by all

),

months as (

    select
        by_venue.formation_date,
        by_venue.venue,
        lag(by_venue.session_date, 1) over months_of_venue as month_ago_date,
        lag(by_venue.session_date, 6) over months_of_venue as half_year_ago_date,
        lag(by_venue.session_date, 12) over months_of_venue as year_ago_date

    from by_venue

    where by_venue.formation_frequency = 'month'

    window months_of_venue as (partition by by_venue.venue order by by_venue.formation_date)

)

select
    by_venue.asset_class,
    by_venue.formation_frequency,
    by_venue.formation_date,
    by_venue.venue,
    by_venue.session_date,
    by_venue.held_from_date,
    by_venue.held_to_date,
    months.month_ago_date,
    months.half_year_ago_date,
    months.year_ago_date

from by_venue

left join months
    on
        by_venue.formation_frequency in ('june', 'month')
        and by_venue.formation_date = months.formation_date
        and by_venue.venue = months.venue
