{# Prices stand on their venue's sessions, complete: a name's rows follow each other without a #}
{# hole until its delisting or its venue's last session with data. #}
with

last_sessions as (

    select
        prices_daily.venue,
        max(prices_daily.session_no) as session_no

    from {{ tested_rows(ref('prices_daily'), 'as_of_date') }} as prices_daily

    group by prices_daily.venue

)

select
    prices_daily.symbol,
    prices_daily.as_of_date,
    prices_daily.session_no

from {{ tested_rows(ref('prices_daily'), 'as_of_date') }} as prices_daily

inner join last_sessions on prices_daily.venue = last_sessions.venue

left join {{ ref('venue_sessions') }} as venue_sessions
    on
        prices_daily.venue = venue_sessions.venue
        and prices_daily.as_of_date = venue_sessions.session_date
        and prices_daily.session_no = venue_sessions.session_no

left join {{ tested_rows(ref('prices_daily'), 'as_of_date') }} as next_rows
    on
        prices_daily.symbol = next_rows.symbol
        and prices_daily.session_no + 1 = next_rows.session_no

where
    venue_sessions.venue is null
    or (
        next_rows.symbol is null
        and not prices_daily.is_delisted
        and prices_daily.session_no < last_sessions.session_no
    )
