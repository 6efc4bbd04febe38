{{ config(schema='construction') }}
{# What the books of each calendar can hold: every listing of every name that one of them wanted, #}
{# numbered as they came, so that a new one changes no number. A name that comes back after a #}
{# delisting is another asset. #}
with

wanted as (

    select
        desired_weights.calendar,
        desired_weights.symbol,
        min(desired_weights.as_of_date) as first_wanted_date

    from {{ ref('desired_weights') }} as desired_weights

    where desired_weights.is_scheduled

    group by desired_weights.calendar, desired_weights.symbol

),

listings as (

    select
        wanted.calendar,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.listing_no,
        min(prices_daily.as_of_date) as first_session_date,
        max(prices_daily.as_of_date) as last_session_date,
        max(case when prices_daily.is_delisted then prices_daily.as_of_date end) as delisting_date,
        max(wanted.first_wanted_date) as first_wanted_date

    from wanted

    inner join {{ ref('prices_daily') }} as prices_daily on wanted.symbol = prices_daily.symbol

    group by all

)

select
    cast(row_number() over arrivals as integer) as asset_no,
    listings.calendar,
    listings.symbol,
    listings.listing_no,
    listings.asset_class,
    greatest(listings.first_session_date, listings.first_wanted_date) as first_date,
    listings.delisting_date,
    lead(listings.first_session_date) over (
        partition by listings.calendar, listings.symbol
        order by listings.listing_no
    ) as next_listing_date

from listings

-- What ended before the name was first wanted was never held.
where listings.last_session_date >= listings.first_wanted_date

window arrivals as (
    order by
        greatest(listings.first_session_date, listings.first_wanted_date),
        listings.calendar,
        listings.symbol,
        listings.listing_no
)
