{# Net results under other costs: a flat cost per trade in bps, plus impact at each fund size. #}
{# Weights are fractions of NAV after cost, so costs change what is earned and not what is held. #}
with

costs as (

    {% for cost_bps in var('cost_grid_bps') %}
        select cast({{ cost_bps }} as double) as cost_bps
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

funds as (

    {% for aum_usd in var('aum_grid_usd') %}
        select cast({{ aum_usd }} as double) as aum_usd
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

scenarios as (

    select
        costs.cost_bps,
        funds.aum_usd

    from costs

    cross join funds

),

by_scenario as (

    select
        daily.strategy,
        scenarios.cost_bps,
        scenarios.aum_usd,
        count(*) as n_days,
        count(*)
        / nullif({{ days_between('min(daily.date)', 'max(daily.date)') }} / 365.25, 0)
            as periods_per_year,
        sum(
            ln(
                greatest(
                    1
                    + daily.return_before_cost
                    - daily.traded_weight * scenarios.cost_bps / 10000
                    - daily.impact_per_sqrt_usd * sqrt(scenarios.aum_usd),
                    1e-300
                )
            )
        ) as log_growth,
        avg(
            daily.return_before_cost
            - daily.traded_weight * scenarios.cost_bps / 10000
            - daily.impact_per_sqrt_usd * sqrt(scenarios.aum_usd)
            - daily.risk_free_return
        ) as mean_excess,
        stddev_samp(
            daily.return_before_cost
            - daily.traded_weight * scenarios.cost_bps / 10000
            - daily.impact_per_sqrt_usd * sqrt(scenarios.aum_usd)
            - daily.risk_free_return
        ) as std_excess

    from {{ ref('daily_before_cost') }} as daily

    cross join scenarios

    group by daily.strategy, scenarios.cost_bps, scenarios.aum_usd

),

assembled as (

    select
        by_scenario.strategy,
        by_scenario.cost_bps,
        by_scenario.aum_usd,
        exp(by_scenario.log_growth * by_scenario.periods_per_year / by_scenario.n_days) - 1
            as net_ann_return,
        by_scenario.mean_excess
        / nullif(by_scenario.std_excess, 0)
        * sqrt(by_scenario.periods_per_year) as net_sharpe,
        break_even_costs.break_even_cost_bps

    from by_scenario

    inner join {{ ref('break_even_costs') }} as break_even_costs
        on by_scenario.strategy = break_even_costs.strategy

)

select * from assembled
