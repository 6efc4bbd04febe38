-- Net results and risk of each strategy over its life. Known on its last day: asked as of an
-- earlier one, there are no rows.
select
    summary.*,  -- noqa: AM04
    strategies.asset_class,
    strategies.score,
    strategies.benchmark

from performance.summary as summary

inner join seeds.strategies as strategies on summary.strategy = strategies.strategy

where
    summary.last_date <= coalesce(cast($as_of as date), summary.last_date)
    and coalesce(list_contains(cast($strategy as varchar[]), summary.strategy), true)
    and strategies.asset_class = coalesce(cast($asset_class as varchar), strategies.asset_class)

order by summary.strategy
