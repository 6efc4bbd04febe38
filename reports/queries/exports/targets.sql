-- What another engine is told: the weight of each name traded on a day, as a fraction of the book
-- after that day's cost, and 0 on the day on which a name that is held is delisted.
select
    holdings.trade_date as date,
    holdings.symbol,
    holdings.weight_after as weight,
    'trade' as reason

from portfolios.holdings as holdings

left join portfolios.ruins as ruins on holdings.strategy = ruins.strategy

where
    holdings.strategy = $strategy
    and holdings.is_executed
    and holdings.weight_after <> holdings.weight_before
    and (ruins.ruin_date is null or holdings.trade_date < ruins.ruin_date)

union all

select
    positions.date,
    positions.symbol,
    0 as weight,
    case when positions.is_ruined then 'ruin' else 'delisting' end as reason

from portfolios.positions as positions

where positions.strategy = $strategy and positions.closing_weight = 0

order by date, symbol
