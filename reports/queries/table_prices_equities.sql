-- Cleaned daily prices of equities, in base currency; adj_close counts dividends and splits.
select
    prices_daily.as_of_date as date,
    prices_daily.symbol as ticker,
    prices_daily.close,
    prices_daily.adj_close,
    prices_daily.ret_1d,
    prices_daily.volume,
    prices_daily.dollar_volume_usd,
    prices_daily.market_cap_usd,
    prices_daily.is_stale

from prepared.prices_daily as prices_daily

where prices_daily.asset_class = 'equity'

order by prices_daily.as_of_date, prices_daily.symbol
