{# Risk of the past year: standard deviation of daily returns, annualized, and the slope on the #}
{# asset class's market. Ang et al. (2006), Frazzini and Pedersen (2014). #}
with

returns as (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.session_no,
        prices_daily.listing_no,
        case when not prices_daily.is_stale then prices_daily.ret_1d end as ret_1d,
        case
            when not prices_daily.is_stale and prices_daily.ret_1d is not null
                then market_returns.market_return
        end as market_return

    from {{ ref('prices_daily') }} as prices_daily

    left join {{ ref('market_returns') }} as market_returns
        on
            prices_daily.asset_class = market_returns.asset_class
            and prices_daily.as_of_date = market_returns.as_of_date

),

rolled as (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            returns.as_of_date,
            returns.symbol,
            case
                when
                    count(returns.ret_1d) over past_year
                    >= {{ sessions.year * var('window_coverage') }}
                    then stddev_samp(returns.ret_1d) over past_year * sqrt({{ sessions.year }})
            end as volatility_1y,
            case
                when
                    count(returns.market_return) over past_year
                    >= {{ sessions.year * var('window_coverage') }}
                    then regr_slope(returns.ret_1d, returns.market_return) over past_year
            end as beta_1y

        from returns

        where returns.asset_class = '{{ asset_class }}'

        window
            past_year as (
                partition by returns.symbol, returns.listing_no
                order by returns.session_no
                rows between {{ sessions.year - 1 }} preceding and current row
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class{% if registered_factors('volatility') %},{% endif %}
    {% for factor in registered_factors('volatility') %}
        rolled.{{ factor.name }}{% if not loop.last %},{% endif %}
    {% endfor %}

from {{ ref('cross_section_members') }} as members

inner join rolled
    on
        members.symbol = rolled.symbol
        and members.session_date = rolled.as_of_date
