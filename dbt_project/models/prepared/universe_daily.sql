{# Who belongs on each session, and whether it could be traded, on what was known then. #}
with

memberships as (

    select
        stg_universe.symbol,
        stg_universe.member_from,
        stg_universe.member_to

    from {{ ref('stg_raw__universe') }} as stg_universe

    where stg_universe.member_from is not null or stg_universe.member_to is not null

),

symbols_with_spells as (

    select distinct memberships.symbol

    from memberships

),

-- A symbol without any spell always belongs; member_to is the first day outside.
member_days as (

    select distinct
        prices_daily.symbol,
        prices_daily.as_of_date

    from {{ ref('prices_daily') }} as prices_daily

    inner join memberships
        on
            prices_daily.symbol = memberships.symbol
            and prices_daily.as_of_date
            >= coalesce(memberships.member_from, cast('0001-01-01' as date))
            and prices_daily.as_of_date
            < coalesce(memberships.member_to, cast('9999-12-31' as date))

),

measured as (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.currency,
        prices_daily.is_stale,
        prices_daily.is_delisted,
        prices_daily.market_cap_usd,
        prices_daily.n_bars as n_history,
        {{ rolling_median('prices_daily.dollar_volume_usd', 'recent') }}
            as median_dollar_volume_usd,
        avg(prices_daily.dollar_volume_usd) over recent as mean_dollar_volume_usd,
        stddev_samp(case when not prices_daily.is_stale then prices_daily.ret_1d end) over recent
            as ret_1d_std

    from {{ ref('prices_daily') }} as prices_daily

    window recent as (
        partition by prices_daily.symbol, prices_daily.listing_no
        order by prices_daily.session_no
        rows between {{ var('liquidity_sessions') - 1 }} preceding and current row
    )

),

floored as (

    select
        measured.*,
        assets.asset_class,
        assets.venue,
        assets.country,
        assets.sector,
        assets.asset_kind,
        assets.is_excluded,
        {{ by_asset_class(var('min_history_sessions'), 'assets.asset_class') }}
            as min_history_sessions,
        {{ by_asset_class(var('min_dollar_volume_usd'), 'assets.asset_class') }}
            as min_dollar_volume_usd,
        {{ by_asset_class(var('min_market_cap_usd'), 'assets.asset_class') }}
            as min_market_cap_usd

    from measured

    inner join {{ ref('assets') }} as assets on measured.symbol = assets.symbol

)

select
    floored.as_of_date,
    floored.symbol,
    floored.asset_class,
    floored.venue,
    floored.country,
    floored.currency,
    floored.sector,
    floored.asset_kind,
    symbols_with_spells.symbol is null or member_days.symbol is not null as is_member,
    floored.n_history,
    floored.median_dollar_volume_usd,
    floored.mean_dollar_volume_usd,
    floored.ret_1d_std,
    not floored.is_stale
    and not floored.is_delisted
    and not floored.is_excluded
    and (symbols_with_spells.symbol is null or member_days.symbol is not null)
    and floored.n_history >= floored.min_history_sessions
    and (
        floored.min_dollar_volume_usd <= 0
        or coalesce(floored.median_dollar_volume_usd, 0) >= floored.min_dollar_volume_usd
    )
    and coalesce(floored.market_cap_usd, floored.min_market_cap_usd) >= floored.min_market_cap_usd
        as is_tradable

from floored

left join symbols_with_spells on floored.symbol = symbols_with_spells.symbol

left join member_days
    on
        floored.symbol = member_days.symbol
        and floored.as_of_date = member_days.as_of_date
