-- Net return of a strategy by calendar month.
select
    returns_by_period.period_start_date as month_date,
    year(returns_by_period.period_start_date) as year,
    month(returns_by_period.period_start_date) as month,
    returns_by_period.net_return,
    returns_by_period.benchmark_return

from performance.returns_by_period as returns_by_period

where
    returns_by_period.strategy = $strategy
    and returns_by_period.period = 'month'

order by returns_by_period.period_start_date
