{# Vendors' market caps, carried for a few sessions of the same listing. #}
with

capped_names as (

    select distinct vendor_market_caps.symbol

    from {{ ref('vendor_market_caps') }} as vendor_market_caps

),

capped_sessions as (

    select
        adjusted_bars.symbol,
        adjusted_bars.session_no,
        adjusted_bars.bar_date as session_date

    from {{ ref('adjusted_bars') }} as adjusted_bars

    inner join capped_names on adjusted_bars.symbol = capped_names.symbol

    where adjusted_bars.adj_close is not null

    union all

    select
        silent_sessions.symbol,
        silent_sessions.session_no,
        silent_sessions.as_of_date as session_date

    from {{ ref('silent_sessions') }} as silent_sessions

    inner join capped_names on silent_sessions.symbol = capped_names.symbol

),

capped as (

    select
        capped_sessions.symbol,
        capped_sessions.session_no,
        capped_sessions.session_date,
        {{ ignoring_nulls('last_value', 'vendor_market_caps.market_cap') }} over recent
            as market_cap

    from capped_sessions

    left join {{ ref('listings') }} as listings
        on
            capped_sessions.symbol = listings.symbol
            and capped_sessions.session_no > listings.after_session_no
            and capped_sessions.session_no <= listings.until_session_no

    left join {{ ref('vendor_market_caps') }} as vendor_market_caps
        on
            capped_sessions.symbol = vendor_market_caps.symbol
            and capped_sessions.session_date = vendor_market_caps.session_date

    window recent as (
        partition by capped_sessions.symbol, listings.listing_no
        order by capped_sessions.session_no
        rows between {{ var('max_carry_onchain_days') - 1 }} preceding and current row
    )

)

select * from capped

where market_cap is not null
