{{ config(schema='construction') }}
{# What one unit of each asset is worth on every day of the book's calendar, in units of cash #}
{# that grows at the risk-free rate: h = total-return index / growth of cash. The last value of a #}
{# closed venue stands; days between two of the calendar (a coin's weekend) count to the later. #}
{# A delisted asset is cash from its last day on, so that its h stays. #}
{# carried: sum of h of the day before / (1 + rf) x years: what a position pays fees on. #}
with

-- The book's day that each calendar day counts to.
day_map as (

    select
        book_days.calendar,
        calendar_days.session_date as day_date,
        book_days.calendar_date

    from {{ ref('book_days') }} as book_days

    inner join {{ ref('venue_sessions') }} as calendar_days
        on
            calendar_days.venue = '24/7'
            and coalesce(book_days.prior_date, cast('0001-01-01' as date))
            < calendar_days.session_date
            and book_days.calendar_date >= calendar_days.session_date

),

-- A venue's sessions on the book's days: nearly always one session a day.
sessions as (

    select
        day_map.calendar,
        day_map.calendar_date,
        venue_sessions.venue,
        venue_sessions.session_date,
        count(*) over (
            partition by day_map.calendar, venue_sessions.venue, day_map.calendar_date
        ) as n_sessions

    from day_map

    inner join {{ ref('venue_sessions') }} as venue_sessions
        on day_map.day_date = venue_sessions.session_date

),

held as (

    select
        book_assets.asset_no,
        sessions.calendar_date,
        sessions.n_sessions,
        prices_daily.as_of_date,
        prices_daily.total_return_index,
        prices_daily.is_delisted,
        sessions.session_date = sessions.calendar_date
        and not prices_daily.is_stale
        and not prices_daily.is_delisted as has_bar

    from {{ ref('book_assets') }} as book_assets

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            book_assets.symbol = prices_daily.symbol
            and book_assets.listing_no = prices_daily.listing_no

    inner join sessions
        on
            book_assets.calendar = sessions.calendar
            and prices_daily.venue = sessions.venue
            and prices_daily.as_of_date = sessions.session_date

),

quoted as (

    select
        held.asset_no,
        held.calendar_date,
        held.total_return_index as worth,
        held.is_delisted,
        held.has_bar

    from held

    where held.n_sessions = 1

    union all

    select
        held.asset_no,
        held.calendar_date,
        max_by(held.total_return_index, held.as_of_date) as worth,
        bool_or(held.is_delisted) as is_delisted,
        bool_or(held.has_bar) as has_bar

    from held

    where held.n_sessions > 1

    group by held.asset_no, held.calendar_date

),

filled as (

    select
        book_assets.asset_no,
        book_assets.asset_class,
        book_days.calendar_date,
        book_days.cash_return,
        book_days.n_days,
        coalesce(quoted.has_bar, false) as has_bar,
        coalesce(quoted.is_delisted, false) as is_delisted,
        last_value(quoted.worth ignore nulls) over to_date as worth,
        coalesce(
            max(case when quoted.is_delisted then book_days.cash_growth end) over to_date,
            book_days.cash_growth
        ) as cash_growth,
        count(case when quoted.is_delisted then 1 end) over before_date > 0 as is_gone,
        case
            when quoted.has_bar
                then
                    {% if var('execution_lag_sessions') > 1 %}
                        lag(
                            case when quoted.has_bar then book_days.calendar_date end,
                            {{ var('execution_lag_sessions') - 1 }} ignore nulls
                        ) over (
                            partition by book_assets.asset_no
                            order by book_days.calendar_date
                        )
                    {% else %}
                        book_days.calendar_date
                    {% endif %}
        end as orders_before_date

    from {{ ref('book_assets') }} as book_assets

    inner join {{ ref('book_days') }} as book_days
        on
            book_assets.calendar = book_days.calendar
            and book_assets.first_date <= book_days.calendar_date

    left join quoted
        on
            book_assets.asset_no = quoted.asset_no
            and book_days.calendar_date = quoted.calendar_date

    window
        to_date as (
            partition by book_assets.asset_no
            order by book_days.calendar_date
            rows between unbounded preceding and current row
        ),
        before_date as (
            partition by book_assets.asset_no
            order by book_days.calendar_date
            rows between unbounded preceding and 1 preceding
        )

),

discounted as (

    select
        filled.*,
        filled.worth / filled.cash_growth as discounted_worth,
        lag(filled.worth / filled.cash_growth) over by_asset as prior_discounted_worth

    from filled

    where filled.worth is not null

    window by_asset as (partition by filled.asset_no order by filled.calendar_date)

)

select
    discounted.calendar_date,
    discounted.asset_no,
    discounted.asset_class,
    discounted.has_bar,
    discounted.orders_before_date,
    discounted.is_delisted,
    discounted.is_gone,
    discounted.discounted_worth,
    discounted.prior_discounted_worth,
    sum(
        case
            when discounted.is_gone then 0
            else
                coalesce(discounted.prior_discounted_worth, 0)
                / (1 + discounted.cash_return)
                * discounted.n_days
                / 365.0
        end
    ) over (
        partition by discounted.asset_no
        order by discounted.calendar_date
        rows between unbounded preceding and current row
    ) as carried

from discounted

-- Steps ask for one date at a time.
order by discounted.calendar_date
