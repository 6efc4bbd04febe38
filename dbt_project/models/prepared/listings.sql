{# Where each name that comes back is listed anew: after the session that delisted it. #}
with

delistings as (

    select
        silent_sessions.symbol,
        silent_sessions.session_no,
        silent_sessions.bar_no

    from {{ ref('silent_sessions') }} as silent_sessions

    where silent_sessions.is_delisted

    union all

    select
        adjusted_bars.symbol,
        adjusted_bars.session_no,
        adjusted_bars.bar_no

    from {{ ref('adjusted_bars') }} as adjusted_bars

    inner join {{ ref('source_delistings') }} as source_delistings
        on
            adjusted_bars.symbol = source_delistings.symbol
            and adjusted_bars.bar_date = source_delistings.delisting_date

    where adjusted_bars.adj_close is not null

)

select
    delistings.symbol,
    delistings.session_no as after_session_no,
    coalesce(lead(delistings.session_no) over by_symbol, 1000000000) as until_session_no,
    delistings.bar_no as n_earlier_bars,
    1 + row_number() over by_symbol as listing_no

from delistings

window by_symbol as (partition by delistings.symbol order by delistings.session_no)
