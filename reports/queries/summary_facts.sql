-- What a reader should know about the data before believing the numbers, one row.
select
    (select count(*) from raw.interest_rates) as n_interest_rates,
    (
        select count(*)

        from raw.corporate_actions as corporate_actions

        where corporate_actions.action_type = 'cash_dividend'
    ) as n_dividends,
    (
        select count(*)

        from raw.prices as prices

        inner join prepared.assets as assets on prices.symbol = assets.symbol

        where assets.asset_class = 'equity' and prices.price_basis <> 'total_return'
    ) as n_equity_bars_without_dividends,
    (
        select list(counted.asset_class order by counted.asset_class)

        from (
            select prices_daily.asset_class

            from prepared.prices_daily as prices_daily

            group by prices_daily.asset_class

            having count(prices_daily.volume) = 0
        ) as counted
    ) as classes_without_volume,
    (
        select list(market_returns.asset_class order by market_returns.asset_class)

        from (
            select market_returns.asset_class

            from prepared.market_returns as market_returns

            group by market_returns.asset_class

            having not bool_or(market_returns.is_cap_weighted)
        ) as market_returns
    ) as equal_weighted_markets,
    (
        select
            list(
                ended.asset_class || ' ' || cast(ended.last_date as varchar)
                order by ended.last_date
            )

        from (
            select
                prices_daily.asset_class,
                max(prices_daily.as_of_date) as last_date

            from prepared.prices_daily as prices_daily

            group by prices_daily.asset_class
        ) as ended
    ) as last_days,
    (
        select list(strategies.strategy order by strategies.strategy)

        from seeds.strategies as strategies

        where
            strategies.asset_class = 'both'
            and strategies.strategy in (
                select daily_pnl.strategy from performance.daily_pnl as daily_pnl
            )
            and strategies.strategy not in (
                select trades.strategy

                from portfolios.trades as trades

                inner join prepared.assets as assets on trades.symbol = assets.symbol

                where assets.asset_class = 'crypto'
            )
    ) as mixed_without_crypto
