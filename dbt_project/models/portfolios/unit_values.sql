{{ config(schema='construction') }}
{# What one unit of each asset is worth on every day of the book's calendar, in units of cash #}
{# that grows at the risk-free rate: h = total-return index / growth of cash. The last value of a #}
{# closed venue stands; days between two of the calendar (a coin's weekend) count to the later. #}
{# A delisted asset is cash from its last day on, so that its h stays. #}
{# carried: sum of h of the day before / (1 + rf) x years: what a position pays fees on. #}
with

-- The book's day that each calendar day counts to: the next one. By a window: a join by range would
-- be moved behind the join with prices, and meet every day of every price.
coming_days as (

    select
        calendars.calendar,
        calendar_days.session_date as day_date,
        min(book_days.calendar_date) over (
            partition by calendars.calendar
            order by calendar_days.session_date
            rows between current row and unbounded following
        ) as calendar_date

    from (select distinct calendar from {{ ref('book_days') }}) as calendars

    inner join {{ ref('venue_sessions') }} as calendar_days on calendar_days.venue = '24/7'

    left join {{ ref('book_days') }} as book_days
        on
            calendars.calendar = book_days.calendar
            and calendar_days.session_date = book_days.calendar_date

),

day_map as (

    select
        coming_days.calendar,
        coming_days.day_date,
        coming_days.calendar_date

    from coming_days

    inner join {{ ref('book_days') }} as book_days
        on
            coming_days.calendar = book_days.calendar
            and coming_days.calendar_date = book_days.calendar_date

    where coming_days.day_date > coalesce(book_days.prior_date, cast('0001-01-01' as date))

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

delisted as (

    select
        quoted.asset_no,
        min(quoted.calendar_date) as delisted_date

    from quoted

    where quoted.is_delisted

    group by quoted.asset_no

),

-- What a unit of worth pays on the next day of the calendar.
days as (

    select
        book_days.calendar,
        book_days.calendar_date,
        book_days.cash_growth,
        lead(book_days.n_days / 365e0 / (1 + book_days.cash_return)) over (
            partition by book_days.calendar
            order by book_days.calendar_date
        ) as next_charge

    from {{ ref('book_days') }} as book_days

),

filled as (

    select
        book_assets.asset_no,
        book_assets.calendar,
        book_assets.asset_class,
        days.calendar_date,
        days.cash_growth,
        days.next_charge,
        coalesce(quoted.has_bar, false) as has_bar,
        coalesce(quoted.is_delisted, false) as is_delisted,
        {{ ignoring_nulls('last_value', 'quoted.worth') }} over to_date as worth,
        case
            when quoted.has_bar
                then
                    {% if var('execution_lag_sessions') > 1 %}
                        {{ ignoring_nulls(
                            'lag',
                            'case when quoted.has_bar then days.calendar_date end, '
                            ~ (var('execution_lag_sessions') - 1)
                        ) }} over (
                            partition by book_assets.asset_no
                            order by days.calendar_date
                        )
                    {% else %}
                        days.calendar_date
                    {% endif %}
        end as orders_before_date

    from {{ ref('book_assets') }} as book_assets

    left join delisted on book_assets.asset_no = delisted.asset_no

    inner join days
        on
            book_assets.calendar = days.calendar
            and book_assets.first_date <= days.calendar_date
            and coalesce(delisted.delisted_date, cast('9999-12-31' as date)) >= days.calendar_date

    left join quoted
        on
            book_assets.asset_no = quoted.asset_no
            and days.calendar_date = quoted.calendar_date

    window
        to_date as (
            partition by book_assets.asset_no
            order by days.calendar_date
            rows between unbounded preceding and current row
        )

),

-- What an update keeps of each asset.
kept as (

    select *

    from {{ kept_rows(
        {
            'calendar_date': 'date',
            'asset_no': 'integer',
            'asset_class': 'string',
            'is_gone': 'boolean',
            'discounted_worth': 'double',
            'carried': 'double',
        },
        recent=true,
    ) }} as kept_values

),

alive as (

    select
        filled.calendar_date,
        filled.asset_no,
        filled.calendar,
        filled.asset_class,
        filled.has_bar,
        filled.orders_before_date,
        filled.is_delisted,
        filled.worth / filled.cash_growth as discounted_worth,
        lag(filled.worth / filled.cash_growth) over by_asset as prior_discounted_worth,
        coalesce({{ ignoring_nulls('first_value', 'kept.carried') }} over by_asset, 0)
        + coalesce(
            sum(filled.worth / filled.cash_growth * filled.next_charge) over before_date, 0
        ) as carried

    from filled

    left join kept
        on filled.asset_no = kept.asset_no and filled.calendar_date = kept.calendar_date

    where filled.worth is not null

    window
        by_asset as (partition by filled.asset_no order by filled.calendar_date),
        before_date as (
            partition by filled.asset_no
            order by filled.calendar_date
            rows between unbounded preceding and 1 preceding
        )

),

still_alive as (

    select distinct alive.asset_no

    from alive

),

gone as (

    select
        alive.asset_no,
        alive.calendar,
        alive.asset_class,
        alive.calendar_date,
        alive.discounted_worth,
        alive.carried

    from alive

    where alive.is_delisted

    union all

    select
        kept.asset_no,
        book_assets.calendar,
        kept.asset_class,
        max(kept.calendar_date) as calendar_date,
        max(kept.discounted_worth) as discounted_worth,
        max(kept.carried) as carried

    from kept

    inner join {{ ref('book_assets') }} as book_assets on kept.asset_no = book_assets.asset_no

    left join still_alive on kept.asset_no = still_alive.asset_no

    where kept.is_gone and still_alive.asset_no is null

    group by kept.asset_no, book_assets.calendar, kept.asset_class

),

valued as (

    select
        alive.calendar_date,
        alive.asset_no,
        alive.asset_class,
        alive.has_bar,
        alive.orders_before_date,
        alive.is_delisted,
        false as is_gone,
        alive.discounted_worth,
        alive.prior_discounted_worth,
        alive.carried

    from alive

    union all

    select
        days.calendar_date,
        gone.asset_no,
        gone.asset_class,
        false as has_bar,
        cast(null as date) as orders_before_date,
        false as is_delisted,
        true as is_gone,
        gone.discounted_worth,
        gone.discounted_worth as prior_discounted_worth,
        gone.carried

    from gone

    inner join days
        on
            gone.calendar = days.calendar
            and gone.calendar_date < days.calendar_date

)

select * from valued

-- Steps ask for one date at a time.
order by calendar_date
