{# Reversal: the return over the last month, which tends to turn. Jegadeesh (1990). #}
with

-- Where the prices stand that are looked up.
places as {{ inlined() }} (

    {% for asset_class, sessions in var('sessions').items() %}

        {{
            places_back(
                asset_class,
                [sessions.month],
                ref('cross_section_members'),
                ref('venue_sessions')
            )
        }}

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

        {{ prices_back(asset_class, ref('prices_daily')) }}

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    returns.as_of_date,
    returns.symbol,
    returns.asset_class
    {{- factor_columns('reversal', 'returns') }}

from returns
