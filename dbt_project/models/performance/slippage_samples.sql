{# Net results of each strategy with its impact drawn anew (see slippage_draws). Only days of #}
{# impact differ from draw to draw: what they change is added to what the rest sums to. #}
with

daily as (

    select
        daily_before_cost.strategy,
        daily_before_cost.date,
        daily_before_cost.impact_return,
        daily_before_cost.risk_free_return,
        daily_before_cost.return_before_cost - daily_before_cost.linear_cost_return
            as return_before_impact

    from {{ ref('daily_before_cost') }} as daily_before_cost

),

without_impact as (

    select
        daily.strategy,
        count(*) as n_days,
        count(*)
        / nullif({{ days_between('min(daily.date)', 'max(daily.date)') }} / 365.25e0, 0)
            as periods_per_year,
        avg(daily.return_before_impact - daily.risk_free_return) as mean_excess,
        var_samp(daily.return_before_impact - daily.risk_free_return) as var_excess,
        min(daily.return_before_impact) as worst_return,
        sum(ln(greatest(1 + daily.return_before_impact, 1e-300))) as log_growth

    from daily

    group by daily.strategy

),

drawn as (

    select
        daily.strategy,
        slippage_draws.draw,
        slippage_draws.coefficient_multiplier,
        daily.return_before_impact,
        daily.return_before_impact - daily.risk_free_return - without_impact.mean_excess
            as deviation,
        daily.impact_return
        * slippage_draws.coefficient_multiplier
        * slippage_draws.daily_multiplier as impact_return

    from daily

    inner join without_impact on daily.strategy = without_impact.strategy

    inner join {{ ref('slippage_draws') }} as slippage_draws on daily.date = slippage_draws.date

    where daily.impact_return > 0

),

by_draw as (

    select
        drawn.strategy,
        drawn.draw,
        max(drawn.coefficient_multiplier) as coefficient_multiplier,
        sum(drawn.impact_return) as total_impact,
        sum(drawn.impact_return * (drawn.impact_return - 2 * drawn.deviation))
            as added_squares,
        min(drawn.return_before_impact - drawn.impact_return) as worst_return,
        sum(
            ln(greatest(1 + drawn.return_before_impact - drawn.impact_return, 1e-300))
            - ln(greatest(1 + drawn.return_before_impact, 1e-300))
        ) as added_log_growth

    from drawn

    group by drawn.strategy, drawn.draw

)

select
    by_draw.strategy,
    by_draw.draw,
    by_draw.coefficient_multiplier,
    case
        when least(without_impact.worst_return, by_draw.worst_return) <= -1 then -1
        else
            exp(
                (without_impact.log_growth + by_draw.added_log_growth)
                * without_impact.periods_per_year
                / without_impact.n_days
            )
            - 1
    end as net_ann_return,
    (without_impact.mean_excess - by_draw.total_impact / without_impact.n_days)
    / nullif(
        sqrt(
            greatest(
                without_impact.var_excess
                + (
                    by_draw.added_squares
                    - by_draw.total_impact * by_draw.total_impact / without_impact.n_days
                )
                / nullif(without_impact.n_days - 1, 0),
                0
            )
        ),
        0
    )
    * sqrt(without_impact.periods_per_year) as net_sharpe

from by_draw

inner join without_impact on by_draw.strategy = without_impact.strategy
