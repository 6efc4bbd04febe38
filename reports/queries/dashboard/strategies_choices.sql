-- The strategies that have returns, with what tells them apart and the days they have.
select
    summary.strategy,
    strategies.asset_class,
    strategies.score,
    strategies.side,
    strategies.benchmark,
    summary.first_date,
    summary.last_date,
    summary.sharpe

from performance.summary as summary

left join seeds.strategies as strategies on summary.strategy = strategies.strategy

order by summary.strategy
