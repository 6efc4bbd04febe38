{# Prices stand on their venue's sessions, complete: a name's rows follow each other without a #}
{# hole until its delisting or its venue's last session with data. #}
with

ordered as (

    select
        prices_daily.symbol,
        prices_daily.venue,
        prices_daily.as_of_date,
        prices_daily.session_no,
        prices_daily.is_delisted,
        lead(prices_daily.session_no) over (
            partition by prices_daily.symbol
            order by prices_daily.session_no
        ) as next_session_no,
        max(prices_daily.session_no) over (partition by prices_daily.venue) as last_session_no

    from {{ ref('prices_daily') }} as prices_daily

)

select
    ordered.symbol,
    ordered.as_of_date,
    ordered.session_no,
    ordered.next_session_no

from ordered

left join {{ ref('venue_sessions') }} as venue_sessions
    on
        ordered.venue = venue_sessions.venue
        and ordered.as_of_date = venue_sessions.session_date
        and ordered.session_no = venue_sessions.session_no

where
    venue_sessions.venue is null
    or (
        not ordered.is_delisted
        and ordered.session_no < ordered.last_session_no
        and coalesce(ordered.next_session_no > ordered.session_no + 1, true)
    )
