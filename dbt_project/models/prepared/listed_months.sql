{# What each listing's months begin, end and hold, counted once for all who ask: of hundreds of #}
{# days a month keeps a row. #}
select
    prices_daily.symbol,
    prices_daily.listing_no,
    cast(date_trunc('month', prices_daily.as_of_date) as date) as month_date,
    prices_daily.asset_class,
    prices_daily.venue,
    prices_daily.currency,
    -- No bar is due on the session of a delisting.
    count(case when not (prices_daily.is_delisted and prices_daily.is_stale) then 1 end)
        as n_sessions,
    count(case when prices_daily.is_stale and not prices_daily.is_delisted then 1 end) as n_stale,
    min(prices_daily.as_of_date) as first_session_date,
    max(prices_daily.as_of_date) as last_session_date,
    max(prices_daily.session_no) as last_session_no,
    max(case when not prices_daily.is_stale then prices_daily.as_of_date end) as last_bar_date,
    max(case when not prices_daily.is_stale then prices_daily.session_no end)
        as last_bar_session_no,
    max(
        case
            when prices_daily.close is not null and not prices_daily.is_delisted
                then prices_daily.as_of_date
        end
    ) as last_priced_date,
    max(case when prices_daily.is_delisted then prices_daily.as_of_date end) as delisting_date,
    max(case when prices_daily.close_local is not null then prices_daily.as_of_date end)
        as last_close_date,
    max_by(prices_daily.close_local, prices_daily.as_of_date)
    filter (where prices_daily.close_local is not null) as last_close_local

from {{ ref('prices_daily') }} as prices_daily

group by all
