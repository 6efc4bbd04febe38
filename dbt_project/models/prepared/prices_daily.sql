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

-- A stretch on which a count of shares is known, month by month, so that a day looks up few.
share_months as {{ materialized() }} (

    select
        shares_known.*,
        {{ items_of(
            numbers_between(
                month_number('shares_known.known_from'),
                month_number(
                    'least(shares_known.known_to, '
                    ~ add_months('shares_known.period_end_date', var('max_statement_age_months'))
                    ~ ')'
                )
            )
        ) }} as month_no

    from {{ ref('shares_known') }} as shares_known

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
        carried_market_caps.market_cap as vendor_market_cap

    from indexed

    left join share_months
        on
            indexed.symbol = share_months.symbol
            and {{ month_number('indexed.as_of_date') }} = share_months.month_no
            and indexed.as_of_date >= share_months.known_from
            and indexed.as_of_date < share_months.known_to
            and indexed.as_of_date
            <= {{ add_months('share_months.period_end_date', var('max_statement_age_months')) }}

    left join {{ ref('carried_market_caps') }} as carried_market_caps
        on
            indexed.symbol = carried_market_caps.symbol
            and indexed.session_no = carried_market_caps.session_no

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

{{ stored_by('capitalized.as_of_date') }}
