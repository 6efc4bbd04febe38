{# After an execution a name stands at its target exactly; a name not executed only drifts. #}
select
    coalesce(executions.strategy, holdings.strategy) as strategy,
    coalesce(executions.symbol, holdings.symbol) as symbol,
    coalesce(executions.trade_date, holdings.trade_date) as trade_date,
    executions.target_weight,
    holdings.weight_after

from {{ ref('executions') }} as executions

full outer join {{ ref('holdings') }} as holdings
    on
        executions.strategy = holdings.strategy
        and executions.symbol = holdings.symbol
        and executions.trade_date = holdings.trade_date

where
    coalesce(holdings.weight_after, 0)
    <> coalesce(executions.target_weight, holdings.weight_before, 0)
