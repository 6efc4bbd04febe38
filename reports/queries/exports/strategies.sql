-- Every strategy that has daily returns.
select distinct daily_pnl.strategy

from performance.daily_pnl as daily_pnl

order by daily_pnl.strategy
