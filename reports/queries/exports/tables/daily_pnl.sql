-- The daily returns of each strategy, its costs, net value and drawdown.
select
    daily_pnl.*,  -- noqa: AM04
    cast(year(daily_pnl.date) as integer) as year

from performance.daily_pnl as daily_pnl

order by daily_pnl.date, daily_pnl.strategy
