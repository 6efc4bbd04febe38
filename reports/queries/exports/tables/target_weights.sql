-- What each strategy meant to hold after each rebalance.
select
    target_weights.*,  -- noqa: AM04
    cast(year(target_weights.as_of_date) as integer) as year

from portfolios.target_weights as target_weights

order by target_weights.as_of_date, target_weights.strategy, target_weights.symbol
