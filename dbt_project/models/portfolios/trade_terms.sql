{{ config(schema='construction') }}
{# What a trade of each name decided on each date costs, in bps of its value of q US dollars: #}
{# commission and half spread of the name's tier of liquidity, and market impact #}
{# half_power x q^0.5 + full_power x q + three_fifths_power x q^0.6. With s the standard #}
{# deviation of daily returns and V the daily dollar volume known at the decision: #}
{# square_root: Y x s x sqrt(q / V). #}
{# almgren: s x (0.314 / 2 x q / V x (market cap / V)^(1/4) + 0.142 x (q / V)^(3/5)): permanent #}
{# and temporary impact of an order worked over a day; Almgren, Thum, Hauptmann and Li (2005). #}
{%- set gamma, eta = 0.314, 0.142 -%}
with

decisions as (

    select distinct
        rebalances.as_of_date,
        strategies.cost_model,
        cost_models.asset_class

    from {{ ref('rebalances') }} as rebalances

    inner join {{ ref('strategies') }} as strategies
        on rebalances.strategy = strategies.strategy

    inner join {{ ref('cost_models') }} as cost_models
        on
            strategies.cost_model = cost_models.cost_model
            and strategies.asset_class in (cost_models.asset_class, 'both')

),

known as (

    select
        factor_dates.as_of_date,
        universe_daily.symbol,
        universe_daily.asset_class,
        universe_daily.mean_dollar_volume_usd,
        universe_daily.ret_1d_std,
        coalesce(universe_daily.ret_1d_std, 0) as volatility,
        case
            when universe_daily.mean_dollar_volume_usd > 0
                then universe_daily.mean_dollar_volume_usd
        end as volume,
        case when prices_daily.market_cap_usd > 0 then prices_daily.market_cap_usd end
            as market_cap

    from {{ ref('factor_dates') }} as factor_dates

    inner join {{ ref('universe_daily') }} as universe_daily
        on
            factor_dates.asset_class = universe_daily.asset_class
            and factor_dates.venue = universe_daily.venue
            and factor_dates.session_date = universe_daily.as_of_date

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            universe_daily.symbol = prices_daily.symbol
            and universe_daily.as_of_date = prices_daily.as_of_date

    where factor_dates.as_of_date in (select decisions.as_of_date from decisions)

),

-- Where no volume is known there is no impact, where no market cap is known no permanent one.
impacts as (

    select
        known.*,
        coalesce(10000 * known.volatility / sqrt(known.volume), 0) as square_root_impact,
        coalesce(
            10000
            * {{ gamma }} / 2
            * known.volatility
            / known.volume
            * power(known.market_cap / known.volume, 0.25),
            0
        ) as permanent_impact,
        coalesce(10000 * {{ eta }} * known.volatility / power(known.volume, 0.6), 0)
            as temporary_impact

    from known

),

-- A tier reaches up to the next one of its class.
tiers as (

    select
        cost_models.*,
        {% for law, coefficient in var('impact_coefficients').items() %}
            case
                when cost_models.impact_law = '{{ law }}' then cost_models.impact_coefficient
                else {{ coefficient }}
            end as {{ law }}_coefficient,
        {% endfor %}
        lead(cost_models.min_dollar_volume_usd) over (
            partition by cost_models.cost_model, cost_models.asset_class
            order by cost_models.min_dollar_volume_usd
        ) as next_dollar_volume_usd

    from {{ ref('cost_models') }} as cost_models

),

-- Under each law, with the cost model's own coefficient where the law is its own.
priced as (

    select
        impacts.*,
        tiers.cost_model,
        tiers.impact_law,
        tiers.commission_bps + tiers.half_spread_bps as linear_cost_bps,
        tiers.square_root_coefficient * impacts.square_root_impact as square_root_half_power,
        tiers.almgren_coefficient * impacts.permanent_impact as almgren_full_power,
        tiers.almgren_coefficient * impacts.temporary_impact as almgren_three_fifths_power,
        tiers.borrow_bps_ann / 10000 as borrow_ann,
        tiers.funding_bps_ann / 10000 as funding_ann

    from impacts

    inner join decisions
        on
            impacts.as_of_date = decisions.as_of_date
            and impacts.asset_class = decisions.asset_class

    inner join tiers
        on
            decisions.cost_model = tiers.cost_model
            and decisions.asset_class = tiers.asset_class
            and coalesce(impacts.volume, 0) >= tiers.min_dollar_volume_usd
            and coalesce(impacts.volume, 0)
            < coalesce(tiers.next_dollar_volume_usd, cast('infinity' as double))

)

select
    priced.as_of_date,
    priced.cost_model,
    priced.symbol,
    priced.asset_class,
    priced.mean_dollar_volume_usd,
    priced.ret_1d_std,
    priced.linear_cost_bps,
    case when priced.impact_law = 'square_root' then priced.square_root_half_power else 0 end
        as half_power,
    case when priced.impact_law = 'almgren' then priced.almgren_full_power else 0 end
        as full_power,
    case when priced.impact_law = 'almgren' then priced.almgren_three_fifths_power else 0 end
        as three_fifths_power,
    priced.square_root_half_power,
    priced.almgren_full_power,
    priced.almgren_three_fifths_power,
    priced.borrow_ann,
    priced.funding_ann,
    priced.volume is not null and priced.market_cap is null as is_market_cap_unknown

from priced
