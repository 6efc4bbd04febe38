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

sessions as (

    select
        prices_daily.symbol,
        prices_daily.as_of_date,
        {{ ignoring_nulls('lead', "
            case
                when not prices_daily.is_stale and not prices_daily.is_delisted
                    then prices_daily.session_no
            end,
            " ~ var('execution_lag_sessions')
        ) }} over by_symbol as next_bar_session_no,
        {{ ignoring_nulls('lead', "
            case when prices_daily.is_delisted then prices_daily.session_no end
        ") }} over by_symbol as next_delisting_session_no

    from {{ ref('prices_daily') }} as prices_daily

    window by_symbol as (partition by prices_daily.symbol order by prices_daily.session_no)

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

-- A name that is delisted before it trades again can no longer be bought: it has no entry.
entries as (

    select
        members.as_of_date,
        members.symbol,
        members.asset_class,
        members.venue,
        horizons.horizon,
        case
            when
                sessions.next_delisting_session_no is null
                or sessions.next_bar_session_no < sessions.next_delisting_session_no
                then sessions.next_bar_session_no
        end as entry_session_no,
        coalesce(
            least(sessions.next_bar_session_no, sessions.next_delisting_session_no),
            sessions.next_bar_session_no,
            sessions.next_delisting_session_no
        )
        + horizons.horizon as exit_session_no,
        sessions.next_delisting_session_no,
        last_sessions.session_no as last_data_session_no

    from {{ ref('cross_section_members') }} as members

    inner join sessions
        on
            members.symbol = sessions.symbol
            and members.session_date = sessions.as_of_date

    inner join last_sessions on members.venue = last_sessions.venue

    inner join horizons on members.asset_class = horizons.asset_class

),

ended as (

    select
        entries.*,
        case
            when entries.next_delisting_session_no <= entries.exit_session_no
                then entries.next_delisting_session_no
            else entries.exit_session_no
        end as last_held_session_no

    from entries

    where entries.exit_session_no <= entries.last_data_session_no

)

select
    ended.as_of_date,
    ended.symbol,
    ended.asset_class,
    ended.horizon,
    exit_sessions.session_date as label_end_date,
    case
        when ended.entry_session_no is null then 0
        else last_rows.total_return_index / entry_rows.total_return_index - 1
    end as fwd_ret

from ended

inner join {{ ref('venue_sessions') }} as exit_sessions
    on
        ended.venue = exit_sessions.venue
        and ended.exit_session_no = exit_sessions.session_no

left join {{ ref('prices_daily') }} as entry_rows
    on
        ended.symbol = entry_rows.symbol
        and ended.entry_session_no = entry_rows.session_no

left join {{ ref('prices_daily') }} as last_rows
    on
        ended.symbol = last_rows.symbol
        and ended.last_held_session_no = last_rows.session_no
