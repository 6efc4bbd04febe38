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
        listed_months.symbol,
        listed_months.asset_class,
        listed_months.listing_no,
        min(listed_months.first_session_date) as first_session_date,
        max(listed_months.last_session_date) as last_session_date,
        max(listed_months.delisting_date) as delisting_date,
        max(wanted.first_wanted_date) as first_wanted_date

    from wanted

    inner join {{ ref('listed_months') }} as listed_months on wanted.symbol = listed_months.symbol

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
