-- What each strategy traded and what it cost.
select
    trades.*,  -- noqa: AM04
    cast(year(trades.trade_date) as integer) as year

from portfolios.trades as trades

order by trades.trade_date, trades.strategy, trades.symbol
