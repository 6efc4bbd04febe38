{# One complete row per session of the asset's own calendar, from its first bar to its delisting; #}
{# a name that comes back starts anew (listing_no): no return and no window spans the hole. #}
with

-- What an update keeps of a listing.
kept as (

    select
        kept_prices.symbol,
        kept_prices.listing_no,
        max(kept_prices.n_bars) as n_bars

    from {{ kept_rows(
        {'symbol': 'string', 'as_of_date': 'date', 'listing_no': 'bigint', 'n_bars': 'bigint'},
        recent=true,
    ) }} as kept_prices

    group by kept_prices.symbol, kept_prices.listing_no

),

indexed as (

    select
        listed_sessions.*,
        listed_sessions.is_stale
        and not listed_sessions.is_delisted
        and listed_sessions.sessions_since_bar > {{ var('max_carry_sessions') }}
            as is_beyond_carry,
        1 + coalesce(listed_sessions.delisting_return, 0) as delisting_factor,
        lag(listed_sessions.last_adj_close) over by_listing as prior_adj_close,
        coalesce(kept.n_bars, 0)
        + count(
            case
                when
                    not listed_sessions.is_stale
                    and listed_sessions.as_of_date >= {{ first_renewed_day() }}
                    then 1
            end
        ) over by_listing as n_bars

    from {{ ref('listed_sessions') }} as listed_sessions

    left join kept
        on
            listed_sessions.symbol = kept.symbol
            and listed_sessions.listing_no = kept.listing_no

    window by_listing as (
        partition by listed_sessions.symbol, listed_sessions.listing_no
        order by listed_sessions.session_no
    )

),

-- Shares as known, times the splits since their date where the close is as traded.
capitalized as (

    select
        indexed.*,
        shares_known.shares
        * case
            when indexed.price_basis = 'as_traded'
                then indexed.shares_per_first_share / shares_known.shares_per_first_share
            else 1
        end as shares_outstanding,
        {{ ignoring_nulls('last_value', 'vendor_market_caps.market_cap') }} over recent_metrics
            as vendor_market_cap

    from indexed

    left join {{ ref('shares_known') }} as shares_known
        on
            indexed.symbol = shares_known.symbol
            and indexed.as_of_date >= shares_known.known_from
            and indexed.as_of_date < shares_known.known_to
            and indexed.as_of_date
            <= {{ add_months('shares_known.period_end_date', var('max_statement_age_months')) }}

    left join {{ ref('vendor_market_caps') }} as vendor_market_caps
        on
            indexed.symbol = vendor_market_caps.symbol
            and indexed.as_of_date = vendor_market_caps.session_date

    window recent_metrics as (
        partition by indexed.symbol, indexed.listing_no
        order by indexed.session_no
        rows between {{ var('max_carry_onchain_days') - 1 }} preceding and current row
    )

)

select
    capitalized.as_of_date,
    capitalized.symbol,
    capitalized.asset_class,
    capitalized.venue,
    capitalized.currency,
    capitalized.session_no,
    case
        when not capitalized.is_beyond_carry
            then capitalized.last_close * capitalized.delisting_factor
    end as close,
    case
        when not capitalized.is_beyond_carry
            then capitalized.last_close_local * capitalized.delisting_factor
    end as close_local,
    case
        when not capitalized.is_beyond_carry
            then capitalized.last_adj_close * capitalized.delisting_factor
    end as adj_close,
    case
        when not capitalized.is_beyond_carry
            then
                capitalized.last_adj_close
                * capitalized.delisting_factor
                / capitalized.prior_adj_close
                - 1
    end as ret_1d,
    capitalized.volume,
    capitalized.dollar_volume_usd,
    case
        when capitalized.is_beyond_carry or capitalized.is_delisted then null
        when capitalized.price_basis <> 'total_return'
            then
                coalesce(
                    capitalized.shares_outstanding * capitalized.last_close_usd,
                    capitalized.vendor_market_cap
                )
        else capitalized.vendor_market_cap
    end as market_cap_usd,
    capitalized.is_stale,
    capitalized.is_delisted,
    capitalized.sessions_since_bar,
    capitalized.listing_no,
    capitalized.n_bars,
    capitalized.last_adj_close * capitalized.delisting_factor as total_return_index

from capitalized
