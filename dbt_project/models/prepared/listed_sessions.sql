{{ config(materialized='view') }}
{# Every session on which an asset is listed, with the last bar carried: nearly every one has its #}
{# bar, and is taken as it comes. #}
with

listed as (

    select
        clean_bars.bar_date as as_of_date,
        clean_bars.symbol,
        clean_bars.asset_class,
        clean_bars.venue,
        clean_bars.currency,
        clean_bars.price_basis,
        clean_bars.session_no,
        clean_bars.close as last_close,
        clean_bars.close_local as last_close_local,
        clean_bars.close_usd as last_close_usd,
        clean_bars.adj_close as last_adj_close,
        clean_bars.shares_per_first_share,
        clean_bars.volume,
        clean_bars.volume * clean_bars.close_usd as dollar_volume_usd,
        false as is_stale,
        cast(0 as bigint) as sessions_since_bar,
        source_delistings.symbol is not null as is_delisted,
        source_delistings.source_delisting_return,
        clean_bars.bar_no,
        clean_bars.prior_session_no,
        clean_bars.prior_adj_close

    from {{ ref('clean_bars') }} as clean_bars

    left join {{ ref('source_delistings') }} as source_delistings
        on
            clean_bars.symbol = source_delistings.symbol
            and clean_bars.bar_date = source_delistings.delisting_date

    where clean_bars.close is not null

    union all

    select
        barless_sessions.as_of_date,
        barless_sessions.symbol,
        barless_sessions.asset_class,
        barless_sessions.venue,
        barless_sessions.currency,
        barless_sessions.price_basis,
        barless_sessions.session_no,
        barless_sessions.close as last_close,
        barless_sessions.close_local as last_close_local,
        barless_sessions.close_usd as last_close_usd,
        barless_sessions.adj_close as last_adj_close,
        barless_sessions.shares_per_first_share,
        cast(null as double) as volume,
        barless_sessions.dollar_volume_usd,
        true as is_stale,
        barless_sessions.sessions_since_bar,
        barless_sessions.is_delisted,
        barless_sessions.source_delisting_return,
        barless_sessions.bar_no,
        barless_sessions.prior_session_no,
        barless_sessions.adj_close as prior_adj_close

    from {{ ref('barless_sessions') }} as barless_sessions

)

select
    listed.as_of_date,
    listed.symbol,
    listed.asset_class,
    listed.venue,
    listed.currency,
    listed.price_basis,
    listed.session_no,
    listed.last_close,
    listed.last_close_local,
    listed.last_close_usd,
    listed.last_adj_close,
    listed.shares_per_first_share,
    listed.volume,
    listed.dollar_volume_usd,
    listed.is_stale,
    listed.sessions_since_bar,
    listed.is_delisted,
    case
        when listed.is_delisted
            then coalesce(
                listed.source_delisting_return,
                {{ by_asset_class(var('delisting_return'), 'listed.asset_class') }}
            )
    end as delisting_return,
    coalesce(listings.listing_no, 1) as listing_no,
    listed.bar_no,
    listed.bar_no - coalesce(listings.n_earlier_bars, 0) as n_bars,
    -- None for the first session of a listing.
    case
        when
            listings.after_session_no is null
            or listed.prior_session_no > listings.after_session_no
            then listed.prior_adj_close
    end as prior_adj_close

from listed

left join {{ ref('listings') }} as listings
    on
        listed.symbol = listings.symbol
        and listed.session_no > listings.after_session_no
        and listed.session_no <= listings.until_session_no
