-- Net results of each strategy under other costs and fund sizes.
select cost_sensitivity.*  -- noqa: AM04

from performance.cost_sensitivity as cost_sensitivity

order by cost_sensitivity.strategy, cost_sensitivity.aum_usd, cost_sensitivity.cost_bps
