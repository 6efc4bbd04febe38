{# Net results under other costs: a flat cost per trade in bps, plus impact at each fund size. #}
{# Weights are fractions of NAV after cost, so costs change what is earned and not what is held. #}
{# break_even_cost_bps is the flat cost, without impact, at which the net annual return is 0: the #}
{# root of sum(ln(1 + r - x t)) in x, by Newton steps from the first-order root. #}
{%- set n_newton_steps = 12 -%}
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

traded as (

    select
        trades.trade_date as date,
        trades.strategy,
        sum(abs(trades.trade_weight)) as traded_weight,
        sum(abs(trades.trade_weight) * trades.impact_bps_per_sqrt_usd) / 10000
            as impact_per_sqrt_usd

    from {{ ref('trades') }} as trades

    group by trades.trade_date, trades.strategy

),

daily as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        daily_pnl.risk_free_return,
        daily_pnl.net_return + daily_pnl.cost_return as return_before_cost,
        coalesce(traded.traded_weight, 0) as traded_weight,
        coalesce(traded.impact_per_sqrt_usd, 0) as impact_per_sqrt_usd

    from {{ ref('daily_pnl') }} as daily_pnl

    left join traded
        on daily_pnl.date = traded.date and daily_pnl.strategy = traded.strategy

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

    from daily

    cross join scenarios

    group by daily.strategy, scenarios.cost_bps, scenarios.aum_usd

),

-- A cost that takes a day's whole book is out of reach: each step stops nine tenths of the way.
newton_0 as (

    select
        daily.strategy,
        min((1 + daily.return_before_cost) / nullif(daily.traded_weight, 0)) as ruinous_cost,
        least(
            sum(ln(greatest(1 + daily.return_before_cost, 1e-300)))
            / nullif(sum(daily.traded_weight), 0),
            0.9 * min((1 + daily.return_before_cost) / nullif(daily.traded_weight, 0))
        ) as cost

    from daily

    group by daily.strategy

),

{% for step in range(1, n_newton_steps + 1) %}

    newton_{{ step }} as (

        select
            daily.strategy,
            max(newton_{{ step - 1 }}.ruinous_cost) as ruinous_cost,
            least(
                max(newton_{{ step - 1 }}.cost)
                + sum(
                    ln(
                        greatest(
                            1
                            + daily.return_before_cost
                            - newton_{{ step - 1 }}.cost * daily.traded_weight,
                            1e-300
                        )
                    )
                )
                / nullif(
                    sum(
                        daily.traded_weight
                        / greatest(
                            1
                            + daily.return_before_cost
                            - newton_{{ step - 1 }}.cost * daily.traded_weight,
                            1e-300
                        )
                    ),
                    0
                ),
                0.1 * max(newton_{{ step - 1 }}.cost)
                + 0.9 * max(newton_{{ step - 1 }}.ruinous_cost)
            ) as cost

        from daily

        inner join newton_{{ step - 1 }} on daily.strategy = newton_{{ step - 1 }}.strategy

        group by daily.strategy

    ),

{% endfor %}

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
        10000 * newton_{{ n_newton_steps }}.cost as break_even_cost_bps

    from by_scenario

    inner join newton_{{ n_newton_steps }}
        on by_scenario.strategy = newton_{{ n_newton_steps }}.strategy

)

select * from assembled
