-- What each asset class of the dataset has: prices, volume, market caps, and every metric landed.
select distinct
    assets.asset_class,
    'prices' as need

from prepared.assets as assets

union all

select distinct
    prices_daily.asset_class,
    'volume' as need

from prepared.prices_daily as prices_daily

where prices_daily.dollar_volume_usd is not null

union all

select distinct
    prices_daily.asset_class,
    'market_cap' as need

from prepared.prices_daily as prices_daily

where prices_daily.market_cap_usd is not null

union

select distinct
    assets.asset_class,
    fundamentals.metric as need

from raw.fundamentals as fundamentals

inner join prepared.assets as assets on fundamentals.symbol = assets.symbol
