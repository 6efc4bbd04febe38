{{ config(schema='construction') }}
{# Where each name that can be ranked on a date would be bought: at the close of its next bar #}
{# (execution_lag_sessions). A name that is delisted before it trades again has no such bar. #}
with

-- The last session of every name at each date.
stands as (

    select
        factor_dates.as_of_date,
        prices_daily.symbol,
        prices_daily.listing_no,
        prices_daily.session_no,
        prices_daily.n_bars

    from {{ ref('prices_daily') }} as prices_daily

    inner join {{ ref('factor_dates') }} as factor_dates
        on
            prices_daily.venue = factor_dates.venue
            and prices_daily.as_of_date = factor_dates.session_date

),

fills as (

    select
        stands.as_of_date,
        stands.symbol,
        prices_daily.session_no,
        prices_daily.total_return_index

    from stands

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            stands.symbol = prices_daily.symbol
            and stands.listing_no = prices_daily.listing_no
            and stands.n_bars + {{ var('execution_lag_sessions') }} = prices_daily.n_bars

    where not prices_daily.is_stale and not prices_daily.is_delisted

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    members.venue,
    stands.listing_no,
    stands.session_no,
    fills.session_no as entry_session_no,
    fills.total_return_index as entry_worth

from {{ ref('cross_section_members') }} as members

inner join stands
    on
        members.as_of_date = stands.as_of_date
        and members.symbol = stands.symbol

left join fills
    on
        members.as_of_date = fills.as_of_date
        and members.symbol = fills.symbol
