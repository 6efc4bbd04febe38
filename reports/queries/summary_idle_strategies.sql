-- Strategies that never traded, and how far they came: decisions with candidates, weights wanted.
select
    strategies.strategy,
    strategies.asset_class,
    strategies.score,
    (
        select count(*)

        from portfolios.target_weights as target_weights

        where target_weights.strategy = strategies.strategy
    ) as n_target_weights

from seeds.strategies as strategies

where
    strategies.strategy not in (
        select daily_pnl.strategy from performance.daily_pnl as daily_pnl
    )

order by strategies.strategy
