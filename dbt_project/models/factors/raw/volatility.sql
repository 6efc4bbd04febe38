{# Risk: standard deviation of daily returns, annualized, Ang et al. (2006); slope on the asset #}
{# class's market, Frazzini and Pedersen (2014), and what that leaves, annualized, Ang et al. #}
{# (2006); the month's largest daily return, Bali, Cakici and Whitelaw (2011). #}
{% set years = {} -%}
{% for asset_class, sessions in var('sessions').items() -%}
    {% do years.update({asset_class: sessions.year}) -%}
{% endfor -%}
with

-- A market that did not move has no slope and explains nothing. A name that is all market leaves
-- nothing, by rounding even less than that: 0.
measured as (

    select
        windows.as_of_date,
        windows.symbol,
        windows.asset_class,
        windows.volatility_1y,
        windows.volatility_3m,
        windows.max_return_1m,
        case when {{ is_finite('windows.slope_1y') }} then windows.slope_1y end as beta_1y,
        case
            when windows.n_left_3m > 0 and windows.sum_squares_left_3m > 0
                then
                    sqrt(windows.sum_squares_left_3m / windows.n_left_3m)
                    * sqrt({{ by_asset_class(years, 'windows.asset_class') }})
            when windows.n_left_3m > 0 and windows.sum_squares_left_3m <= 0 then 0
        end as idiosyncratic_volatility_3m

    from {{ ref('past_windows') }} as windows

)

select
    measured.as_of_date,
    measured.symbol,
    measured.asset_class,
    -- For market-neutral books, whatever factors are computed.
    measured.beta_1y as market_beta
    {{- factor_columns('volatility', 'measured') }}

from measured
