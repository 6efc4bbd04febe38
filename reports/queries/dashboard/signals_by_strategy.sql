-- How much of its book each strategy buys and sells today, of what the filters leave.
select
    selected.strategy,
    selected.signal,
    sum(abs(selected.trade_weight)) as share,
    count(*) as n_names

from query.signals_selected as selected

where selected.signal <> 'hold'

group by selected.strategy, selected.signal

order by selected.strategy, selected.signal
