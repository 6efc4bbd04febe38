-- Every strategy, and whether it has a signal today.
select
    strategies.strategy,
    count(live_signals.symbol) > 0 as has_signals

from seeds.strategies as strategies

left join signals.live_signals as live_signals on strategies.strategy = live_signals.strategy

group by strategies.strategy

order by strategies.strategy
