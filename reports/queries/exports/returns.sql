-- One strategy's daily returns, net of every cost, its benchmark, the risk-free rate and costs.
select
    daily_pnl.date,
    daily_pnl.net_return as returns,
    daily_pnl.benchmark_return as benchmark,
    daily_pnl.risk_free_return as risk_free,
    daily_pnl.cost_return as cost,
    daily_pnl.borrow_return as borrow

from performance.daily_pnl as daily_pnl

where daily_pnl.strategy = $strategy

order by daily_pnl.date
