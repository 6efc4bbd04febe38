-- The strategies of the last sweep that have traded, best Sharpe ratio first, with their settings.
select swept.*  -- noqa: AM04

from query.sweep_strategies as swept

order by swept.sharpe desc nulls last, swept.strategy asc
