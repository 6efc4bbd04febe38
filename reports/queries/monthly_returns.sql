-- Net return of each strategy in each calendar month, and in each calendar year (month 0).
select
    strategies.asset_class,
    returns_by_period.strategy,
    date_part('year', returns_by_period.period_end_date) as year,
    case returns_by_period.period
        when 'month' then date_part('month', returns_by_period.period_end_date)
        else 0
    end as month,
    returns_by_period.net_return,
    summary.first_date,
    summary.last_date

from performance.returns_by_period as returns_by_period

inner join performance.summary as summary on returns_by_period.strategy = summary.strategy

inner join seeds.strategies as strategies on returns_by_period.strategy = strategies.strategy

order by returns_by_period.strategy, year, month
