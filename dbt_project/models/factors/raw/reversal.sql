{# Reversal: the return over the last month, which tends to turn. Jegadeesh (1990). #}
with

-- Where the prices stand that are looked up: a listing has a row for every session of its venue.
places as {{ inlined() }} (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            members.as_of_date,
            members.symbol,
            members.asset_class,
            back.n_back,
            venue_sessions.session_no - back.n_back as session_no

        from {{ ref('cross_section_members') }} as members

        inner join {{ ref('venue_sessions') }} as venue_sessions
            on
                members.venue = venue_sessions.venue
                and members.session_date = venue_sessions.session_date

        cross join (values (0), ({{ sessions.month }})) as back (n_back)

        where members.asset_class = '{{ asset_class }}'

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

returns as (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            places.as_of_date,
            places.symbol,
            places.asset_class,
            {{ past_return(sessions.month, 0, looked_up=true) }} as reversal_1m

        from places

        inner join {{ ref('prices_daily') }} as prices_daily
            on
                places.symbol = prices_daily.symbol
                and places.session_no = prices_daily.session_no

        where
            places.asset_class = '{{ asset_class }}'
            and prices_daily.asset_class = '{{ asset_class }}'

        -- A listing before this one has no row of today.
        group by
            places.as_of_date,
            places.symbol,
            places.asset_class,
            prices_daily.listing_no

        having min(places.n_back) = 0

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    returns.as_of_date,
    returns.symbol,
    returns.asset_class
    {{- factor_columns('reversal', 'returns') }}

from returns
