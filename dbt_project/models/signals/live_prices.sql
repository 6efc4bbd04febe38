{# What every asset costs today, and in which steps it trades: on each strategy's newest day, its #}
{# last close with the exchange rate of that day. USD = close_local x usd_per_unit. #}
with

newest_dates as (

    select distinct rebalances.as_of_date

    from {{ ref('rebalances') }} as rebalances

    where rebalances.is_newest

),

sessions as (

    select
        newest_dates.as_of_date,
        venue_sessions.venue,
        max(venue_sessions.session_date) as session_date

    from newest_dates

    inner join {{ ref('venue_sessions') }} as venue_sessions
        on newest_dates.as_of_date >= venue_sessions.session_date

    group by newest_dates.as_of_date, venue_sessions.venue

),

-- The sessions so far of the month that the newest day is in.
month_sessions as (

    select
        sessions.as_of_date,
        sessions.session_date,
        sessions.venue,
        venue_sessions.session_date as month_session_date

    from sessions

    inner join {{ ref('venue_sessions') }} as venue_sessions
        on
            sessions.venue = venue_sessions.venue
            and sessions.session_date >= venue_sessions.session_date
            and {{ month_number('sessions.session_date') }}
            = {{ month_number('venue_sessions.session_date') }}

),

stretches as (

    select
        sessions.as_of_date,
        sessions.session_date,
        listed_months.symbol,
        listed_months.asset_class,
        listed_months.currency,
        listed_months.last_bar_date,
        listed_months.delisting_date,
        listed_months.last_close_date,
        listed_months.last_close_local

    from sessions

    inner join {{ ref('listed_months') }} as listed_months
        on
            sessions.venue = listed_months.venue
            and {{ month_number('sessions.session_date') }}
            > {{ month_number('listed_months.month_date') }}

    union all

    select
        month_sessions.as_of_date,
        month_sessions.session_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.currency,
        case when not prices_daily.is_stale then prices_daily.as_of_date end as last_bar_date,
        case when prices_daily.is_delisted then prices_daily.as_of_date end as delisting_date,
        case when prices_daily.close_local is not null then prices_daily.as_of_date end
            as last_close_date,
        prices_daily.close_local as last_close_local

    from month_sessions

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            month_sessions.venue = prices_daily.venue
            and month_sessions.month_session_date = prices_daily.as_of_date

),

-- A name without a bar today keeps its last price, however old: what it is worth until it trades.
last_prices as (

    select
        stretches.as_of_date,
        stretches.session_date,
        stretches.symbol,
        stretches.asset_class,
        stretches.currency,
        max(stretches.last_bar_date) as price_date,
        max(stretches.delisting_date) as last_delisting_date,
        max_by(stretches.last_close_local, stretches.last_close_date)
        filter (where stretches.last_close_date is not null) as close_local

    from stretches

    group by all

),

newest_sessions as (

    select distinct sessions.session_date

    from sessions

),

-- Of the newest days alone: the universe of all days need not be held.
newest_universe as (

    select
        universe_daily.as_of_date,
        universe_daily.symbol,
        universe_daily.is_tradable,
        universe_daily.mean_dollar_volume_usd

    from {{ ref('universe_daily') }} as universe_daily

    inner join newest_sessions on universe_daily.as_of_date = newest_sessions.session_date

)

select
    last_prices.as_of_date,
    last_prices.symbol,
    last_prices.asset_class,
    last_prices.currency,
    last_prices.price_date,
    last_prices.close_local,
    last_prices.close_local * fx_daily.base_per_unit as close,
    last_prices.close_local * fx_daily.usd_per_unit as close_usd,
    last_prices.price_date = last_prices.session_date
    and coalesce(last_prices.last_delisting_date < last_prices.price_date, true) as has_bar_today,
    coalesce(newest_universe.is_tradable, false) as is_tradable,
    newest_universe.mean_dollar_volume_usd,
    cast({{ by_asset_class({
        'equity': var('lots').equity.lot,
        'crypto': var('lots').crypto.lot,
    }, 'last_prices.asset_class') }} as double) as lot,
    cast({{ by_asset_class({
        'equity': var('lots').equity.min_notional_usd,
        'crypto': var('lots').crypto.min_notional_usd,
    }, 'last_prices.asset_class') }} as double) as min_notional_usd

from last_prices

left join {{ ref('fx_daily') }} as fx_daily
    on
        last_prices.as_of_date = fx_daily.rate_date
        and last_prices.currency = fx_daily.currency

left join newest_universe
    on
        last_prices.symbol = newest_universe.symbol
        and last_prices.session_date = newest_universe.as_of_date
