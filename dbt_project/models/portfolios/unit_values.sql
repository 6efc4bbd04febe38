{{ config(schema='construction') }}
{# What one unit of each asset is worth on every day of the book's calendar, in units of cash #}
{# that grows at the risk-free rate: h = total-return index / growth of cash. The last value of a #}
{# closed venue stands; days between two of the calendar (a coin's weekend) count to the later. #}
{# A delisted asset is cash from its last day on, so that its h stays. #}
{# carried: sum of h of the day before / (1 + rf) x years: what a position pays fees on. #}
{# One expression, so that assets meet prices first: of assets x days a hash table would be made. #}
{% set of_its_calendar -%}
    case
        when book_assets.calendar = quoting.calendar
            then book_assets.first_date <= quoting.quoted_date
    end
{%- endset %}
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

-- After its last session with prices a venue is closed.
last_sessions as (

    select
        prices_daily.venue,
        max(prices_daily.as_of_date) as session_date

    from {{ ref('prices_daily') }} as prices_daily

    group by prices_daily.venue

),

venue_days as (

    select
        book_days.calendar,
        book_days.calendar_date,
        last_sessions.venue,
        {{ ignoring_nulls('last_value', 'sessions.calendar_date') }} over to_date as quoted_date,
        {{ ignoring_nulls('last_value', 'sessions.session_date') }} over to_date as session_date

    from {{ ref('book_days') }} as book_days

    cross join last_sessions

    left join (
        select
            sessions.calendar,
            sessions.venue,
            sessions.calendar_date,
            max(sessions.session_date) as session_date

        from sessions

        group by sessions.calendar, sessions.venue, sessions.calendar_date
    ) as sessions
        on
            book_days.calendar = sessions.calendar
            and book_days.calendar_date = sessions.calendar_date
            and last_sessions.venue = sessions.venue
            and last_sessions.session_date >= sessions.session_date

    window to_date as (
        partition by book_days.calendar, last_sessions.venue
        order by book_days.calendar_date
        rows between unbounded preceding and current row
    )

),

-- Which session's price stands on each of the book's days.
quoting as (

    select
        sessions.calendar,
        sessions.venue,
        sessions.session_date,
        sessions.calendar_date,
        sessions.calendar_date as quoted_date,
        sessions.n_sessions > 1 as is_one_of_several

    from sessions

    union all

    select
        venue_days.calendar,
        venue_days.venue,
        venue_days.session_date,
        venue_days.calendar_date,
        venue_days.quoted_date,
        false as is_one_of_several

    from venue_days

    where venue_days.quoted_date < venue_days.calendar_date

),

held as {{ inlined() }} (

    select
        book_assets.asset_no,
        quoting.calendar,
        quoting.calendar_date,
        quoting.is_one_of_several,
        prices_daily.as_of_date,
        prices_daily.total_return_index as worth,
        prices_daily.is_delisted,
        quoting.session_date = quoting.calendar_date
        and not prices_daily.is_stale
        and not prices_daily.is_delisted as has_bar

    from {{ ref('book_assets') }} as book_assets

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            book_assets.symbol = prices_daily.symbol
            and book_assets.listing_no = prices_daily.listing_no

    inner join quoting
        on
            prices_daily.venue = quoting.venue
            and prices_daily.as_of_date = quoting.session_date

    where
        {{ of_its_calendar }}
        and (quoting.quoted_date = quoting.calendar_date or not prices_daily.is_delisted)

),

quoted as (

    select
        held.asset_no,
        held.calendar,
        held.calendar_date,
        held.worth,
        held.is_delisted,
        held.has_bar

    from held

    where not held.is_one_of_several

    union all

    select
        held.asset_no,
        held.calendar,
        held.calendar_date,
        max_by(held.worth, held.as_of_date) as worth,
        bool_or(held.is_delisted) as is_delisted,
        bool_or(held.has_bar) as has_bar

    from held

    where held.is_one_of_several

    group by held.asset_no, held.calendar, held.calendar_date

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

-- What an update keeps of each asset.
kept as (

    select *

    from {{ kept_rows(
        {
            'calendar_date': 'date',
            'asset_no': 'integer',
            'is_gone': 'boolean',
            'discounted_worth': 'double',
            'carried': 'double',
        },
        recent=true,
    ) }} as kept_values

),

discounted as (

    select
        quoted.asset_no,
        quoted.calendar_date,
        quoted.has_bar,
        quoted.is_delisted,
        quoted.worth / days.cash_growth as discounted_worth,
        quoted.worth / days.cash_growth * days.next_charge as next_charge

    from quoted

    inner join days
        on
            quoted.calendar = days.calendar
            and quoted.calendar_date = days.calendar_date

),

alive as (

    select
        discounted.calendar_date,
        discounted.asset_no,
        discounted.has_bar,
        case
            when discounted.has_bar
                then
                    {% if var('execution_lag_sessions') > 1 %}
                        {{ ignoring_nulls(
                            'lag',
                            'case when discounted.has_bar then discounted.calendar_date end, '
                            ~ (var('execution_lag_sessions') - 1)
                        ) }} over by_asset
                    {% else %}
                        discounted.calendar_date
                    {% endif %}
        end as orders_before_date,
        discounted.is_delisted,
        discounted.discounted_worth,
        lag(discounted.discounted_worth) over by_asset as prior_discounted_worth,
        coalesce({{ ignoring_nulls('first_value', 'kept.carried') }} over by_asset, 0)
        + coalesce(sum(discounted.next_charge) over before_date, 0) as carried

    from discounted

    left join kept
        on
            discounted.asset_no = kept.asset_no
            and discounted.calendar_date = kept.calendar_date

    window
        by_asset as (partition by discounted.asset_no order by discounted.calendar_date),
        before_date as (
            partition by discounted.asset_no
            order by discounted.calendar_date
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
        alive.calendar_date,
        alive.discounted_worth,
        alive.carried

    from alive

    where alive.is_delisted

    union all

    select
        kept.asset_no,
        max(kept.calendar_date) as calendar_date,
        max(kept.discounted_worth) as discounted_worth,
        max(kept.carried) as carried

    from kept

    left join still_alive on kept.asset_no = still_alive.asset_no

    where kept.is_gone and still_alive.asset_no is null

    group by kept.asset_no

),

valued as (

    select
        alive.calendar_date,
        alive.asset_no,
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
        false as has_bar,
        cast(null as date) as orders_before_date,
        false as is_delisted,
        true as is_gone,
        gone.discounted_worth,
        gone.discounted_worth as prior_discounted_worth,
        gone.carried

    from gone

    inner join {{ ref('book_assets') }} as book_assets on gone.asset_no = book_assets.asset_no

    inner join days
        on
            book_assets.calendar = days.calendar
            and gone.calendar_date < days.calendar_date

)

select
    valued.calendar_date,
    valued.asset_no,
    book_assets.asset_class,
    valued.has_bar,
    valued.orders_before_date,
    valued.is_delisted,
    valued.is_gone,
    valued.discounted_worth,
    valued.prior_discounted_worth,
    valued.carried

from valued

inner join {{ ref('book_assets') }} as book_assets on valued.asset_no = book_assets.asset_no

-- Steps ask for one date at a time.
{{ stored_by('valued.calendar_date') }}
