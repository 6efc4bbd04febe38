{{ config(schema='construction') }}
{# Who can be held on each date of factors, whatever its volume, and where its prices stand. #}
select
    factor_dates.as_of_date,
    factor_dates.is_week_end,
    factor_dates.is_month_end,
    sessions.symbol,
    assets.asset_class,
    assets.country,
    sessions.median_dollar_volume_usd,
    sessions.market_cap_usd,
    sessions.listing_no,
    sessions.session_no

from {{ ref('universe_sessions') }} as sessions

inner join {{ ref('factor_dates') }} as factor_dates
    on
        sessions.venue = factor_dates.venue
        and sessions.as_of_date = factor_dates.session_date

inner join {{ ref('assets') }} as assets on sessions.symbol = assets.symbol

where sessions.is_eligible
