-- What the report is about, one row.
select
    build_clock.base_currency,
    build_clock.newest_load_id,
    (
        select string_agg(counted.n_assets || ' ' || counted.asset_class, ', ')

        from (
            select
                assets.asset_class,
                count(*) as n_assets

            from prepared.assets as assets

            group by assets.asset_class

            order by assets.asset_class desc
        ) as counted
    ) as assets,
    (select count(*) from performance.summary) as n_strategies,
    (select count(*) from seeds.strategies) as n_registered

from prepared.build_clock as build_clock
