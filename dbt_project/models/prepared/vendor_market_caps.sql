{{ config(materialized='view') }}
{# A vendor's market cap counts from the first own session at or after the day it became known. #}
with

by_session as (

    select
        onchain_daily.symbol,
        session_days.session_date,
        max_by(onchain_daily.market_cap, onchain_daily.as_of_date) as market_cap

    from {{ ref('onchain_daily') }} as onchain_daily

    inner join {{ ref('assets') }} as assets on onchain_daily.symbol = assets.symbol

    inner join {{ ref('session_days') }} as session_days
        on
            assets.venue = session_days.venue
            and onchain_daily.as_of_date = session_days.day_date

    where onchain_daily.market_cap is not null

    group by onchain_daily.symbol, session_days.session_date

)

select * from by_session
