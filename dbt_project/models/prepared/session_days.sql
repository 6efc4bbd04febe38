{# The session of each venue on which what became known on a calendar day first counts. #}
with

sessions as (

    select
        venue_sessions.venue,
        venue_sessions.session_date,
        lag(venue_sessions.session_date) over (
            partition by venue_sessions.venue
            order by venue_sessions.session_date
        ) as prior_session_date

    from {{ ref('venue_sessions') }} as venue_sessions

),

days as (

    select venue_sessions.session_date as day_date

    from {{ ref('venue_sessions') }} as venue_sessions

    where venue_sessions.venue = '24/7'

)

select
    sessions.venue,
    days.day_date,
    sessions.session_date

from sessions

inner join days
    on
        sessions.session_date >= days.day_date
        and coalesce(sessions.prior_session_date, cast('0001-01-01' as date)) < days.day_date
