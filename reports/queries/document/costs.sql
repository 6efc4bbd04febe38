-- What trading takes from each strategy, and how large a fund it bears (square-root law).
with

break_even as (

    select
        cost_sensitivity.strategy,
        any_value(cost_sensitivity.break_even_cost_bps) as break_even_cost_bps

    from performance.cost_sensitivity as cost_sensitivity

    group by cost_sensitivity.strategy

)

select
    summary.strategy,
    summary.ann_turnover,
    summary.ann_cost,
    break_even.break_even_cost_bps,
    capacity.aum_usd,
    capacity.mean_participation,
    capacity.capacity_usd,
    slippage.net_sharpe_p05,
    slippage.net_sharpe_p95

from performance.summary as summary

left join break_even on summary.strategy = break_even.strategy

left join performance.capacity as capacity
    on summary.strategy = capacity.strategy and capacity.impact_law = 'square_root'

left join performance.slippage as slippage on summary.strategy = slippage.strategy

order by summary.strategy
