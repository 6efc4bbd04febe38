{# What a book trades and pays on a day is the sum over its trades, 1e-12. #}
with

added_up as (

    select
        trades.strategy,
        trades.trade_date,
        sum(trades.cost_return) as cost_return,
        sum(abs(trades.trade_weight)) / 2 as turnover

    from {{ ref('trades') }} as trades

    group by trades.strategy, trades.trade_date

)

select
    coalesce(daily_pnl.strategy, added_up.strategy) as strategy,
    coalesce(daily_pnl.date, added_up.trade_date) as date,
    daily_pnl.cost_return,
    added_up.cost_return as cost_of_trades,
    daily_pnl.turnover,
    added_up.turnover as turnover_of_trades

from {{ ref('daily_pnl') }} as daily_pnl

full outer join added_up
    on daily_pnl.strategy = added_up.strategy and daily_pnl.date = added_up.trade_date

where
    daily_pnl.strategy is null
    or abs(daily_pnl.cost_return - coalesce(added_up.cost_return, 0)) > 1e-12
    or abs(daily_pnl.turnover - coalesce(added_up.turnover, 0)) > 1e-12
