{# What came after: total return from the close of the trade date over the next h own sessions. #}
{# A name delisted inside the window gets its delisting return, then 0; no row before its end. #}
with

last_sessions as (

    select
        prices_daily.venue,
        max(prices_daily.session_no) as session_no

    from {{ ref('prices_daily') }} as prices_daily

    group by prices_daily.venue

),

horizons as (

    {% for asset_class, horizons in var('horizons').items() %}
        {% set is_last_class = loop.last %}
        {% for horizon in horizons %}

            select
                '{{ asset_class }}' as asset_class,
                {{ horizon }} as horizon

            {% if not (loop.last and is_last_class) %}union all{% endif %}

        {% endfor %}
    {% endfor %}

),

delistings as (

    select
        prices_daily.symbol,
        prices_daily.listing_no,
        prices_daily.session_no

    from {{ ref('prices_daily') }} as prices_daily

    where prices_daily.is_delisted

),

entries as (

    select
        label_entries.as_of_date,
        label_entries.symbol,
        label_entries.asset_class,
        label_entries.venue,
        label_entries.entry_worth,
        delistings.session_no as delisting_session_no,
        horizons.horizon,
        coalesce(label_entries.entry_session_no, delistings.session_no)
        + horizons.horizon as exit_session_no

    from {{ ref('label_entries') }} as label_entries

    inner join horizons on label_entries.asset_class = horizons.asset_class

    left join delistings
        on
            label_entries.symbol = delistings.symbol
            and label_entries.listing_no = delistings.listing_no
            and label_entries.session_no < delistings.session_no

),

ended as (

    select
        entries.*,
        case
            when entries.delisting_session_no <= entries.exit_session_no
                then entries.delisting_session_no
            else entries.exit_session_no
        end as last_held_session_no

    from entries

    inner join last_sessions on entries.venue = last_sessions.venue

    where entries.exit_session_no <= last_sessions.session_no

)

select
    ended.as_of_date,
    ended.symbol,
    ended.asset_class,
    ended.horizon,
    exit_sessions.session_date as label_end_date,
    case
        when ended.entry_worth is null then 0
        else last_rows.total_return_index / ended.entry_worth - 1
    end as fwd_ret

from ended

inner join {{ ref('venue_sessions') }} as exit_sessions
    on
        ended.venue = exit_sessions.venue
        and ended.exit_session_no = exit_sessions.session_no

left join {{ ref('prices_daily') }} as last_rows
    on
        ended.symbol = last_rows.symbol
        and ended.last_held_session_no = last_rows.session_no
