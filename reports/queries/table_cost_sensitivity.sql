-- Net results of each strategy under other costs, fund sizes and laws of impact.
select
    cost_sensitivity.strategy,
    cost_sensitivity.cost_bps,
    cost_sensitivity.aum_usd,
    cost_sensitivity.net_ann_return,
    cost_sensitivity.net_sharpe,
    cost_sensitivity.break_even_cost_bps,
    cost_sensitivity.impact_law

from performance.cost_sensitivity as cost_sensitivity

order by
    cost_sensitivity.strategy,
    cost_sensitivity.impact_law,
    cost_sensitivity.aum_usd,
    cost_sensitivity.cost_bps
