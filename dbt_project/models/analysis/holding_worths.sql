{# What a holding of each name is worth on every day of its class, its own venue closed or not, #}
{# and when it could next be traded. #}
with

class_days as (

    select distinct
        universe_daily.asset_class,
        universe_daily.as_of_date

    from {{ ref('universe_daily') }} as universe_daily

),

listings as (

    select
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.venue,
        prices_daily.listing_no,
        min(prices_daily.as_of_date) as first_date,
        max(prices_daily.as_of_date) as last_date

    from {{ ref('prices_daily') }} as prices_daily

    group by
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.venue,
        prices_daily.listing_no

),

lives as (

    select
        listings.*,
        lead(listings.first_date) over (
            partition by listings.symbol
            order by listings.listing_no
        ) as next_first_date

    from listings

),

closed_days as (

    select
        venues.venue,
        venues.asset_class,
        class_days.as_of_date

    from (
        select distinct
            listings.venue,
            listings.asset_class

        from listings
    ) as venues

    inner join class_days on venues.asset_class = class_days.asset_class

    left join {{ ref('venue_sessions') }} as venue_sessions
        on
            venues.venue = venue_sessions.venue
            and class_days.as_of_date = venue_sessions.session_date

    where venue_sessions.venue is null

),

-- The days without a price: its venue is closed, or a name that comes back is away. They are few,
-- and every day of every name need not meet every price.
priceless as (

    select
        lives.symbol,
        closed_days.as_of_date

    from lives

    inner join closed_days
        on
            lives.venue = closed_days.venue
            and lives.asset_class = closed_days.asset_class
            and lives.first_date < closed_days.as_of_date
            and lives.last_date > closed_days.as_of_date

    union all

    select
        lives.symbol,
        class_days.as_of_date

    from lives

    inner join class_days
        on
            lives.asset_class = class_days.asset_class
            and lives.last_date < class_days.as_of_date
            and lives.next_first_date > class_days.as_of_date

),

days as (

    select
        prices_daily.symbol,
        prices_daily.as_of_date,
        prices_daily.total_return_index,
        prices_daily.market_cap_usd,
        case
            when not prices_daily.is_stale and not prices_daily.is_delisted
                then prices_daily.as_of_date
        end as traded_on_date

    from {{ ref('prices_daily') }} as prices_daily

    union all

    select
        priceless.symbol,
        priceless.as_of_date,
        cast(null as double) as total_return_index,
        cast(null as double) as market_cap_usd,
        cast(null as date) as traded_on_date

    from priceless

),

-- A trade needs a bar: so many own sessions after the day, none of them stale or the delisting.
worths as (

    select
        days.as_of_date,
        days.symbol,
        {{ ignoring_nulls('last_value', 'days.total_return_index') }} over history as worth,
        {{ ignoring_nulls('last_value', 'days.total_return_index') }} over before_day
            as prior_worth,
        {{ ignoring_nulls('last_value', 'days.market_cap_usd') }} over before_day
            as prior_market_cap_usd,
        {{ ignoring_nulls('lead', 'days.traded_on_date, ' ~ var('execution_lag_sessions')) }}
            over by_symbol as next_trade_date

    from days

    window
        by_symbol as (partition by days.symbol order by days.as_of_date),
        history as (
            partition by days.symbol
            order by days.as_of_date
            rows between unbounded preceding and current row
        ),
        before_day as (
            partition by days.symbol
            order by days.as_of_date
            rows between unbounded preceding and 1 preceding
        )

)

select
    worths.as_of_date,
    worths.symbol,
    worths.worth,
    worths.prior_worth,
    worths.prior_market_cap_usd,
    worths.next_trade_date

from worths

{{ stored_by('worths.as_of_date') }}
