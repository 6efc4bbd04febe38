-- Net Sharpe ratio under each flat cost, with square-root impact at the smallest fund size, with
-- turnover and break-even.
select
    strategies.asset_class,
    cost_sensitivity.strategy,
    cost_sensitivity.aum_usd,
    cost_sensitivity.cost_bps,
    cost_sensitivity.net_sharpe,
    cost_sensitivity.break_even_cost_bps,
    summary.ann_turnover,
    summary.first_date,
    summary.last_date,
    summary.n_days

from performance.cost_sensitivity as cost_sensitivity

inner join performance.summary as summary on cost_sensitivity.strategy = summary.strategy

inner join seeds.strategies as strategies on cost_sensitivity.strategy = strategies.strategy

where cost_sensitivity.impact_law = 'square_root'

qualify cost_sensitivity.aum_usd = min(cost_sensitivity.aum_usd) over ()

order by cost_sensitivity.strategy, cost_sensitivity.cost_bps
