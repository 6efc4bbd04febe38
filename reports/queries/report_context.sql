-- What all figures of a dataset share: its asset classes, idle strategies and span, one row.
select
    (
        select list(distinct assets.asset_class order by assets.asset_class desc)

        from prepared.assets as assets
    ) as asset_classes,
    (
        select list(strategies.strategy order by strategies.strategy)

        from seeds.strategies as strategies

        where
            strategies.strategy not in (
                select daily_pnl.strategy from performance.daily_pnl as daily_pnl
            )
    ) as idle_strategies,
    (select min(prices_daily.as_of_date) from prepared.prices_daily as prices_daily)
        as first_date,
    (select max(prices_daily.as_of_date) from prepared.prices_daily as prices_daily)
        as last_date
