{# Net results under other costs: a flat cost per trade in bps, plus market impact under each #}
{# law at each fund size. Weights are fractions of NAV after cost, so costs change what is #}
{# earned and not what is held. #}
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

laws as (

    {% for impact_law in ['none', 'square_root', 'almgren'] %}
        select '{{ impact_law }}' as impact_law
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

scenarios as (

    select
        costs.cost_bps,
        funds.aum_usd,
        laws.impact_law

    from costs

    cross join funds

    cross join laws

),

net as (

    select
        daily.strategy,
        daily.date,
        daily.risk_free_return,
        scenarios.cost_bps,
        scenarios.aum_usd,
        scenarios.impact_law,
        daily.return_before_cost
        - daily.traded_weight * scenarios.cost_bps / 10000
        - case scenarios.impact_law
            when 'square_root' then daily.square_root_impact * sqrt(scenarios.aum_usd)
            when 'almgren'
                then
                    daily.almgren_permanent_impact * scenarios.aum_usd
                    + daily.almgren_temporary_impact * power(scenarios.aum_usd, 0.6)
            else 0
        end as net_return

    from {{ ref('daily_before_cost') }} as daily

    cross join scenarios

),

by_scenario as (

    select
        net.strategy,
        net.cost_bps,
        net.aum_usd,
        net.impact_law,
        count(*) as n_days,
        count(*)
        / nullif({{ days_between('min(net.date)', 'max(net.date)') }} / 365.25e0, 0)
            as periods_per_year,
        min(net.net_return) as worst_return,
        sum(ln(greatest(1 + net.net_return, 1e-300))) as log_growth,
        avg(net.net_return - net.risk_free_return) as mean_excess,
        stddev_samp(net.net_return - net.risk_free_return) as std_excess

    from net

    group by net.strategy, net.cost_bps, net.aum_usd, net.impact_law

)

select
    by_scenario.strategy,
    by_scenario.cost_bps,
    by_scenario.aum_usd,
    by_scenario.impact_law,
    case
        when by_scenario.worst_return <= -1 then -1
        else exp(by_scenario.log_growth * by_scenario.periods_per_year / by_scenario.n_days) - 1
    end as net_ann_return,
    by_scenario.mean_excess
    / nullif(by_scenario.std_excess, 0)
    * sqrt(by_scenario.periods_per_year) as net_sharpe,
    break_even_costs.break_even_cost_bps

from by_scenario

inner join {{ ref('break_even_costs') }} as break_even_costs
    on by_scenario.strategy = break_even_costs.strategy
