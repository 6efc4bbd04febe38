{# Reversal: the return over the last month, which tends to turn. Jegadeesh (1990). #}
with

prices as (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.listing_no,
        prices_daily.session_no,
        prices_daily.adj_close,
        count(case when not prices_daily.is_stale then 1 end) over past as n_bars

    from {{ ref('prices_daily') }} as prices_daily

    window
        past as (
            partition by prices_daily.symbol, prices_daily.listing_no
            order by prices_daily.session_no
            rows between unbounded preceding and current row
        )

),

returns as (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            prices.as_of_date,
            prices.symbol,
            prices.asset_class,
            {{ past_return(sessions.month, 0) }} as reversal_1m

        from prices

        where prices.asset_class = '{{ asset_class }}'

        window
            history as (
                partition by prices.symbol, prices.listing_no
                order by prices.session_no
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class{% if registered_factors('reversal') %},{% endif %}
    {% for factor in registered_factors('reversal') %}
        {{ factor_column(factor, 'returns') }}{% if not loop.last %},{% endif %}
    {% endfor %}

from {{ ref('cross_section_members') }} as members

inner join returns
    on
        members.symbol = returns.symbol
        and members.session_date = returns.as_of_date
