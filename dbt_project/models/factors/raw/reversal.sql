{# Reversal: the return over the last month, which tends to turn. Jegadeesh (1990). #}
with

returns as (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            prices_daily.as_of_date,
            prices_daily.symbol,
            prices_daily.asset_class,
            {{ past_return(sessions.month, 0) }} as reversal_1m

        from {{ ref('prices_daily') }} as prices_daily

        where prices_daily.asset_class = '{{ asset_class }}'

        window
            history as (
                partition by prices_daily.symbol, prices_daily.listing_no
                order by prices_daily.session_no
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class
    {{- factor_columns('reversal', 'returns') }}

from {{ ref('cross_section_members') }} as members

inner join returns
    on
        members.symbol = returns.symbol
        and members.session_date = returns.as_of_date
