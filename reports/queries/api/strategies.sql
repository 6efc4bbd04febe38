-- Every strategy with its rules, and the days on which it traded.
select
    strategies.*,  -- noqa: AM04
    summary.first_date,
    summary.last_date

from seeds.strategies as strategies

left join performance.summary as summary on strategies.strategy = summary.strategy

where
    coalesce(list_contains(cast($strategy as varchar[]), strategies.strategy), true)
    and strategies.asset_class = coalesce(cast($asset_class as varchar), strategies.asset_class)
    and coalesce(list_contains(cast($score as varchar[]), strategies.score), true)

order by strategies.strategy
