-- Every strategy, whether it has a signal today, and where it has none, the day it lost all it had.
select
    strategies.strategy,
    count(live_signals.symbol) > 0 as has_signals,
    case when count(live_signals.symbol) = 0 then max(ruins.ruin_date) end as ruin_date

from seeds.strategies as strategies

left join signals.live_signals as live_signals on strategies.strategy = live_signals.strategy

left join portfolios.ruins as ruins on strategies.strategy = ruins.strategy

group by strategies.strategy

order by strategies.strategy
