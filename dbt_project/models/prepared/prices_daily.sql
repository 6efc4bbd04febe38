{# One complete row per session of the asset's own calendar, from its first bar to its delisting; #}
{# a name that comes back starts anew (listing_no): no return and no window spans the hole. #}
with

indexed as (

    select
        listed_sessions.*,
        listed_sessions.is_stale
        and not listed_sessions.is_delisted
        and listed_sessions.sessions_since_bar > {{ var('max_carry_sessions') }}
            as is_beyond_carry,
        1 + coalesce(listed_sessions.delisting_return, 0) as delisting_factor

    from {{ ref('listed_sessions') }} as listed_sessions

),

months as (

    select distinct cast(date_trunc('month', listed_sessions.as_of_date) as date) as month_date

    from {{ ref('listed_sessions') }} as listed_sessions

),

-- A stretch on which a count of shares is known, month by month, so that a day looks up few.
share_months as (

    select
        shares_known.*,
        months.month_date

    from {{ ref('shares_known') }} as shares_known

    inner join months
        on
            cast(date_trunc('month', shares_known.known_from) as date) <= months.month_date
            and shares_known.known_to > months.month_date
            and {{ add_months(
                'shares_known.period_end_date', var('max_statement_age_months')
            ) }} >= months.month_date

),

capped_names as (

    select distinct vendor_market_caps.symbol

    from {{ ref('vendor_market_caps') }} as vendor_market_caps

),

-- The names of which a vendor says the market cap; it is carried a few sessions.
vendor_caps as (

    select
        listed_sessions.symbol,
        listed_sessions.session_no,
        {{ ignoring_nulls('last_value', 'vendor_market_caps.market_cap') }} over recent_metrics
            as market_cap

    from {{ ref('listed_sessions') }} as listed_sessions

    inner join capped_names on listed_sessions.symbol = capped_names.symbol

    left join {{ ref('vendor_market_caps') }} as vendor_market_caps
        on
            listed_sessions.symbol = vendor_market_caps.symbol
            and listed_sessions.as_of_date = vendor_market_caps.session_date

    window recent_metrics as (
        partition by listed_sessions.symbol, listed_sessions.listing_no
        order by listed_sessions.session_no
        rows between {{ var('max_carry_onchain_days') - 1 }} preceding and current row
    )

),

-- Shares as known, times the splits since their date where the close is as traded.
capitalized as (

    select
        indexed.*,
        share_months.shares
        * case
            when indexed.price_basis = 'as_traded'
                then indexed.shares_per_first_share / share_months.shares_per_first_share
            else 1
        end as shares_outstanding,
        vendor_caps.market_cap as vendor_market_cap

    from indexed

    left join share_months
        on
            indexed.symbol = share_months.symbol
            and cast(date_trunc('month', indexed.as_of_date) as date) = share_months.month_date
            and indexed.as_of_date >= share_months.known_from
            and indexed.as_of_date < share_months.known_to
            and indexed.as_of_date
            <= {{ add_months('share_months.period_end_date', var('max_statement_age_months')) }}

    left join vendor_caps
        on
            indexed.symbol = vendor_caps.symbol
            and indexed.session_no = vendor_caps.session_no

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
