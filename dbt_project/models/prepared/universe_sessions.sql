{{ config(schema='construction') }}
{# What makes a name tradable on each session, on what was known then, and its past return #}
{# (equities: of t-251..t-21, for a portfolio of the next day t, as French has it): one sort #}
{# of all prices. Few texts: universe_daily adds what its asset says. #}
{% set day_sort = {'first': 250, 'last': 20} %}
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

-- Spells that overlap are one; member_to is the first day outside.
begun as (

    select
        memberships.symbol,
        coalesce(memberships.member_from, cast('0001-01-01' as date)) as member_from,
        coalesce(memberships.member_to, cast('9999-12-31' as date)) as member_to,
        max(coalesce(memberships.member_to, cast('9999-12-31' as date))) over (
            partition by memberships.symbol
            order by memberships.member_from nulls first, memberships.member_to nulls last
            rows between unbounded preceding and 1 preceding
        ) as member_to_before

    from memberships

),

numbered as (

    select
        begun.*,
        count(case when begun.member_from > begun.member_to_before then 1 end) over (
            partition by begun.symbol
            order by begun.member_from, begun.member_to
            rows between unbounded preceding and current row
        ) as spell_no

    from begun

),

spells as (

    select
        numbered.symbol,
        min(numbered.member_from) as member_from,
        max(numbered.member_to) as member_to

    from numbered

    group by numbered.symbol, numbered.spell_no

),

measured as (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.venue,
        prices_daily.session_no,
        prices_daily.listing_no,
        prices_daily.currency,
        prices_daily.is_stale,
        prices_daily.is_delisted,
        prices_daily.market_cap_usd,
        prices_daily.n_bars as n_history,
        {{ rolling_median('prices_daily.dollar_volume_usd', 'recent') }}
            as median_dollar_volume_usd,
        avg(prices_daily.dollar_volume_usd) over recent as mean_dollar_volume_usd,
        stddev_samp(case when not prices_daily.is_stale then prices_daily.ret_1d end) over recent
            as ret_1d_std,
        lag(prices_daily.adj_close, {{ day_sort.last }}) over history as last_adj_close,
        lag(prices_daily.adj_close, {{ day_sort.first }}) over history as first_adj_close,
        lag(prices_daily.n_bars, {{ day_sort.last }}) over history
        - lag(prices_daily.n_bars, {{ day_sort.first }}) over history as n_bars_between

    from {{ ref('prices_daily') }} as prices_daily

    window
        history as (
            partition by prices_daily.symbol, prices_daily.listing_no
            order by prices_daily.session_no
        ),
        recent as (
            partition by prices_daily.symbol, prices_daily.listing_no
            order by prices_daily.session_no
            rows between {{ var('liquidity_sessions') - 1 }} preceding and current row
        )

),

floored as (

    select
        measured.*,
        assets.asset_class,
        assets.is_excluded,
        {{ by_asset_class(var('min_history_sessions'), 'assets.asset_class') }}
            as min_history_sessions,
        {{ by_asset_class(var('min_dollar_volume_usd'), 'assets.asset_class') }}
            as min_dollar_volume_usd,
        {{ by_asset_class(var('min_market_cap_usd'), 'assets.asset_class') }}
            as min_market_cap_usd

    from measured

    inner join {{ ref('assets') }} as assets on measured.symbol = assets.symbol

),

-- A symbol without any spell always belongs.
joined as (

    select
        floored.*,
        symbols_with_spells.symbol is null or spells.symbol is not null as is_member

    from floored

    left join symbols_with_spells on floored.symbol = symbols_with_spells.symbol

    left join spells
        on
            floored.symbol = spells.symbol
            and floored.as_of_date >= spells.member_from
            and floored.as_of_date < spells.member_to

),

-- All that makes it tradable but its volume.
judged as (

    select
        joined.*,
        not joined.is_stale
        and not joined.is_delisted
        and not joined.is_excluded
        and joined.is_member
        and joined.n_history >= joined.min_history_sessions
        and coalesce(joined.market_cap_usd, joined.min_market_cap_usd) >= joined.min_market_cap_usd
            as is_eligible

    from joined

)

select
    judged.as_of_date,
    judged.symbol,
    judged.venue,
    judged.session_no,
    judged.listing_no,
    judged.currency,
    judged.is_member,
    judged.n_history,
    judged.market_cap_usd,
    judged.median_dollar_volume_usd,
    judged.mean_dollar_volume_usd,
    judged.ret_1d_std,
    case
        when
            judged.asset_class = 'equity'
            and judged.first_adj_close > 0
            and judged.n_bars_between
            >= {{ var('window_coverage') }} * {{ day_sort.first - day_sort.last }}
            then judged.last_adj_close / judged.first_adj_close - 1
    end as prior_return,
    judged.is_eligible,
    judged.is_eligible
    and (
        judged.min_dollar_volume_usd <= 0
        or coalesce(judged.median_dollar_volume_usd, 0) >= judged.min_dollar_volume_usd
    ) as is_tradable

from judged

{{ stored_by('judged.as_of_date') }}
