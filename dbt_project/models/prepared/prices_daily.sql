{# One complete row per session of the asset's own calendar, from its first bar to its delisting. #}
with

clean_bars as (

    select * from {{ ref('clean_bars') }}

),

spans as (

    select
        clean_bars.symbol,
        clean_bars.asset_class,
        clean_bars.venue,
        min(clean_bars.session_no) as first_session_no,
        max(max(clean_bars.session_no)) over (partition by clean_bars.venue)
            as last_venue_session_no

    from clean_bars

    group by clean_bars.symbol, clean_bars.asset_class, clean_bars.venue

),

-- The source's delisting takes effect on the first session at or after its date.
delistings as (

    select
        effective.symbol,
        effective.delisting_date,
        min(effective.delisting_return) as delisting_return

    from (
        select
            corporate_actions.symbol,
            corporate_actions.ex_date,
            corporate_actions.value as delisting_return,
            min(venue_sessions.session_date) as delisting_date

        from {{ ref('stg_raw__corporate_actions') }} as corporate_actions

        inner join {{ ref('assets') }} as assets on corporate_actions.symbol = assets.symbol

        inner join {{ ref('venue_sessions') }} as venue_sessions
            on
                assets.venue = venue_sessions.venue
                and corporate_actions.ex_date <= venue_sessions.session_date

        where corporate_actions.action_type = 'delisting'

        group by all
    ) as effective

    group by effective.symbol, effective.delisting_date

),

placed as (

    select
        spans.symbol,
        spans.asset_class,
        spans.venue,
        venue_sessions.session_date as as_of_date,
        venue_sessions.session_no,
        clean_bars.bar_date is null as is_stale,
        clean_bars.adj_close as bar_adj_close,
        clean_bars.dividend_local,
        clean_bars.volume,
        clean_bars.volume * clean_bars.close_usd as dollar_volume_usd,
        delistings.delisting_return as source_delisting_return,
        last_value(clean_bars.session_no ignore nulls) over history as last_bar_session_no,
        last_value(clean_bars.close ignore nulls) over history as last_close,
        last_value(clean_bars.close_local ignore nulls) over history as last_close_local,
        last_value(clean_bars.close_usd ignore nulls) over history as last_close_usd,
        last_value(clean_bars.adj_close ignore nulls) over history as last_adj_close,
        last_value(clean_bars.currency ignore nulls) over history as currency,
        last_value(clean_bars.price_basis ignore nulls) over history as price_basis,
        last_value(clean_bars.shares_per_first_share ignore nulls) over history
            as shares_per_first_share,
        last_value(
            case when delistings.symbol is not null then venue_sessions.session_no end
            ignore nulls
        ) over history as last_delisting_session_no

    from spans

    inner join {{ ref('venue_sessions') }} as venue_sessions
        on
            spans.venue = venue_sessions.venue
            and venue_sessions.session_no between
            spans.first_session_no and spans.last_venue_session_no

    left join clean_bars
        on
            spans.symbol = clean_bars.symbol
            and venue_sessions.session_no = clean_bars.session_no

    left join delistings
        on
            spans.symbol = delistings.symbol
            and venue_sessions.session_date = delistings.delisting_date

    window history as (
        partition by spans.symbol
        order by venue_sessions.session_no
        rows between unbounded preceding and current row
    )

),

aged as (

    select
        placed.*,
        placed.session_no - placed.last_bar_session_no as sessions_since_bar,
        {{ by_asset_class(var('delisting_after_sessions'), 'placed.asset_class') }}
            as sessions_to_delisting

    from placed

),

-- Listed until the source's delisting, else until so many sessions without a bar have passed.
listed as (

    select
        aged.*,
        (
            aged.last_delisting_session_no = aged.session_no
            or aged.sessions_since_bar = aged.sessions_to_delisting
        ) is true as is_delisted

    from aged

    where
        aged.sessions_since_bar <= aged.sessions_to_delisting
        and (
            aged.last_delisting_session_no is null
            or aged.last_delisting_session_no = aged.session_no
            or aged.last_delisting_session_no < aged.last_bar_session_no
        )

),

indexed as (

    select
        listed.*,
        listed.is_stale
        and not listed.is_delisted
        and listed.sessions_since_bar > {{ var('max_carry_sessions') }} as is_beyond_carry,
        case
            when listed.is_delisted
                then 1 + coalesce(
                    listed.source_delisting_return,
                    {{ by_asset_class(var('delisting_return'), 'listed.asset_class') }}
                )
            else 1
        end as delisting_factor,
        lag(listed.last_adj_close) over by_symbol as prior_adj_close,
        coalesce(lag(listed.is_delisted) over by_symbol, true) as is_first_row

    from listed

    window by_symbol as (partition by listed.symbol order by listed.session_no)

),

-- A vendor's market cap counts from the first own session at or after the day it became known.
vendor_caps as (

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

),

capitalized as (

    select
        indexed.*,
        shares_known.shares
        * case
            when indexed.price_basis = 'as_traded'
                then indexed.shares_per_first_share / shares_known.shares_per_first_share
            else 1
        end as shares_outstanding,
        last_value(vendor_caps.market_cap ignore nulls) over recent_metrics as vendor_market_cap

    from indexed

    left join {{ ref('shares_known') }} as shares_known
        on
            indexed.symbol = shares_known.symbol
            and indexed.as_of_date >= shares_known.known_from
            and indexed.as_of_date < shares_known.known_to
            and indexed.as_of_date
            <= {{ add_months('shares_known.period_end_date', var('max_statement_age_months')) }}

    left join vendor_caps
        on
            indexed.symbol = vendor_caps.symbol
            and indexed.as_of_date = vendor_caps.session_date

    window recent_metrics as (
        partition by indexed.symbol
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
        when capitalized.is_first_row or capitalized.is_beyond_carry then null
        else
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
    capitalized.last_adj_close * capitalized.delisting_factor as total_return_index

from capitalized
