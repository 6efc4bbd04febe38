{# What each class's market was like the evening before a day. Trend: its return over the past #}
{# year, above 0 bull. Volatility: that of the past three months against its own median so far, #}
{# at or below it calm; unknown until a year of it is known. Nothing of the day itself is used. #}
with

markets as (

    {% for asset_class, sessions in var('sessions').items() %}
        {% set quarter = 3 * sessions.month %}

        select
            market_returns.as_of_date as date,
            market_returns.asset_class,
            case
                when count(market_returns.market_return) over past_year = {{ sessions.year }}
                    then exp(sum(ln(1 + market_returns.market_return)) over past_year) - 1
            end as market_return_1y,
            case
                when count(market_returns.market_return) over past_quarter = {{ quarter }}
                    then
                        stddev_samp(market_returns.market_return) over past_quarter
                        * sqrt({{ sessions.year }})
            end as market_volatility_3m,
            {{ sessions.year }} as min_volatilities

        from {{ ref('market_returns') }} as market_returns

        where
            market_returns.asset_class = '{{ asset_class }}'
            and market_returns.market_return > -1

        window
            past_year as (
                order by market_returns.as_of_date
                rows between {{ sessions.year }} preceding and 1 preceding
            ),
            past_quarter as (
                order by market_returns.as_of_date
                rows between {{ quarter }} preceding and 1 preceding
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

with_median as (

    select
        markets.*,
        {{ rolling_median('markets.market_volatility_3m', 'until_then') }} as median_volatility_3m,
        count(markets.market_volatility_3m) over until_then as n_volatilities

    from markets

    window
        until_then as (
            partition by markets.asset_class
            order by markets.date
            rows between unbounded preceding and current row
        )

)

select
    with_median.date,
    with_median.asset_class,
    case
        when with_median.market_return_1y > 0 then 'bull'
        when with_median.market_return_1y <= 0 then 'bear'
    end as trend,
    case
        when
            with_median.n_volatilities < with_median.min_volatilities
            or with_median.market_volatility_3m is null
            then null
        when with_median.market_volatility_3m <= with_median.median_volatility_3m then 'calm'
        else 'turbulent'
    end as volatility,
    with_median.market_return_1y,
    with_median.market_volatility_3m,
    with_median.median_volatility_3m

from with_median
