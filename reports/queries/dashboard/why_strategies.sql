-- The strategies that have decided something.
select distinct rebalances.strategy

from construction.rebalances as rebalances

order by rebalances.strategy
