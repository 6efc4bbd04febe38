{# A trade without terms would be free: each finds its decision's, and pays no less than 0. #}
select
    trades.trade_date,
    trades.strategy,
    trades.symbol,
    trades.cost_return

from {{ ref('trades') }} as trades

where trades.cost_return is null or trades.cost_return < 0
