{# Every session of the asset's own calendar on which it is listed, with the last bar carried: #}
{# from its first bar to the source's delisting, else until so many sessions without a bar while #}
{# its venue trades on: a day on which the whole venue is silent says nothing of one name, nor do #}
{# the days of which a live source, asked for the name, has not answered. #}
{# Nearly every session has its bar, and is taken as it comes; only the others are worked out. #}
with

venue_bars as (

    select
        clean_bars.venue,
        clean_bars.session_no,
        count(clean_bars.close) as n_priced

    from {{ ref('clean_bars') }} as clean_bars

    group by clean_bars.venue, clean_bars.session_no

),

-- The sessions on which the venue traded at all, counted.
sessions as (

    select
        venue_sessions.venue,
        venue_sessions.session_no,
        venue_sessions.session_date,
        venue_bars.session_no is not null as is_active,
        count(venue_bars.session_no) over (
            partition by venue_sessions.venue
            order by venue_sessions.session_no
            rows between unbounded preceding and current row
        ) as active_no,
        max(case when venue_bars.n_priced > 0 then venue_bars.session_no end) over (
            partition by venue_sessions.venue
        ) as last_venue_session_no

    from {{ ref('venue_sessions') }} as venue_sessions

    left join venue_bars
        on
            venue_sessions.venue = venue_bars.venue
            and venue_sessions.session_no = venue_bars.session_no

),

last_seen as (

    select
        clean_bars.symbol,
        clean_bars.asset_class,
        clean_bars.venue,
        max(clean_bars.session_no) as session_no,
        max(clean_bars.bar_no) as bar_no

    from {{ ref('clean_bars') }} as clean_bars

    group by clean_bars.symbol, clean_bars.asset_class, clean_bars.venue

),

-- Sessions without a priced bar: between two bars, after the last, and where a bar has no rate.
stretches as (

    select
        clean_bars.symbol,
        clean_bars.asset_class,
        clean_bars.venue,
        clean_bars.prior_session_no as seen_session_no,
        clean_bars.prior_session_no as before_seen_session_no,
        clean_bars.prior_session_no + 1 as first_session_no,
        clean_bars.session_no - 1 as last_session_no,
        clean_bars.bar_no - case when clean_bars.close is null then 0 else 1 end as bar_no,
        cast(null as double) as dollar_volume_usd

    from {{ ref('clean_bars') }} as clean_bars

    where clean_bars.session_no > clean_bars.prior_session_no + 1

    union all

    select
        last_seen.symbol,
        last_seen.asset_class,
        last_seen.venue,
        last_seen.session_no as seen_session_no,
        last_seen.session_no as before_seen_session_no,
        last_seen.session_no + 1 as first_session_no,
        sessions.last_venue_session_no as last_session_no,
        last_seen.bar_no,
        cast(null as double) as dollar_volume_usd

    from last_seen

    inner join sessions
        on
            last_seen.venue = sessions.venue
            and last_seen.session_no = sessions.session_no
            and last_seen.session_no < sessions.last_venue_session_no

    union all

    select
        clean_bars.symbol,
        clean_bars.asset_class,
        clean_bars.venue,
        clean_bars.session_no as seen_session_no,
        coalesce(clean_bars.prior_session_no, 0) as before_seen_session_no,
        clean_bars.session_no as first_session_no,
        clean_bars.session_no as last_session_no,
        clean_bars.bar_no,
        clean_bars.volume * clean_bars.close_usd as dollar_volume_usd

    from {{ ref('clean_bars') }} as clean_bars

    where clean_bars.close is null

),

-- No later than the session that delists, where all are answered.
bounded as (

    select
        stretches.*,
        fetch_answers.answered_until_date,
        seen.active_no as seen_active_no,
        {{ by_asset_class(var('delisting_after_sessions'), 'stretches.asset_class') }}
            as sessions_to_delisting,
        case
            when
                delisting.session_date
                <= coalesce(fetch_answers.answered_until_date, cast('9999-12-31' as date))
                then
                    least(
                        stretches.last_session_no,
                        seen.last_venue_session_no,
                        delisting.session_no
                    )
            else least(stretches.last_session_no, seen.last_venue_session_no)
        end as bounding_session_no

    from stretches

    inner join sessions as seen
        on
            stretches.venue = seen.venue
            and stretches.seen_session_no = seen.session_no

    left join sessions as delisting
        on
            stretches.venue = delisting.venue
            and seen.active_no
            + {{ by_asset_class(var('delisting_after_sessions'), 'stretches.asset_class') }}
            = delisting.active_no
            and delisting.is_active

    left join {{ ref('fetch_answers') }} as fetch_answers
        on stretches.symbol = fetch_answers.symbol

    where stretches.bar_no > 0

),

numbered as {{ materialized() }} (

    select
        bounded.*,
        {{ items_of(
            numbers_between('bounded.first_session_no', 'bounded.bounding_session_no')
        ) }} as session_no

    from bounded

),

placed as (

    select
        numbered.*,
        sessions.session_date,
        sessions.is_active
        and sessions.session_date
        <= coalesce(numbered.answered_until_date, cast('9999-12-31' as date)) as is_counted,
        sessions.active_no,
        source_delistings.symbol is not null as is_source_delisting,
        source_delistings.source_delisting_return

    from numbered

    inner join sessions
        on
            numbered.venue = sessions.venue
            and numbered.session_no = sessions.session_no

    left join {{ ref('source_delistings') }} as source_delistings
        on
            numbered.symbol = source_delistings.symbol
            and sessions.session_date = source_delistings.delisting_date

),

silent as (

    select
        placed.*,
        coalesce(
            max(case when placed.is_counted then placed.active_no end) over (
                partition by placed.symbol, placed.seen_session_no
                order by placed.session_no
                rows between unbounded preceding and current row
            ),
            placed.seen_active_no
        )
        - placed.seen_active_no as n_silent_sessions,
        count(case when placed.is_source_delisting then 1 end) over (
            partition by placed.symbol, placed.bar_no
            order by placed.session_no
            rows between unbounded preceding and 1 preceding
        ) as n_delistings_before

    from placed

),

without_bar as (

    select
        silent.symbol,
        silent.asset_class,
        silent.venue,
        silent.session_no,
        silent.session_date,
        silent.bar_no,
        silent.before_seen_session_no,
        silent.seen_session_no = silent.session_no as is_seen,
        silent.dollar_volume_usd,
        silent.session_no - last_bars.session_no as sessions_since_bar,
        silent.is_source_delisting
        or silent.n_silent_sessions = silent.sessions_to_delisting as is_delisted,
        silent.source_delisting_return,
        last_bars.currency,
        last_bars.price_basis,
        last_bars.close,
        last_bars.close_local,
        last_bars.close_usd,
        last_bars.adj_close,
        last_bars.shares_per_first_share

    from silent

    inner join {{ ref('clean_bars') }} as last_bars
        on
            silent.symbol = last_bars.symbol
            and silent.bar_no = last_bars.bar_no
            and last_bars.close is not null

    left join {{ ref('source_delistings') }} as earlier_delistings
        on
            last_bars.symbol = earlier_delistings.symbol
            and last_bars.bar_date = earlier_delistings.delisting_date

    where
        (
            silent.n_silent_sessions < silent.sessions_to_delisting
            or (silent.n_silent_sessions = silent.sessions_to_delisting and silent.is_counted)
        )
        and (
            silent.is_source_delisting
            or (silent.n_delistings_before = 0 and earlier_delistings.symbol is null)
        )

),

delistings as (

    select
        without_bar.symbol,
        without_bar.session_no,
        without_bar.bar_no

    from without_bar

    where without_bar.is_delisted and without_bar.session_date >= {{ first_renewed_day() }}

    union all

    select
        clean_bars.symbol,
        clean_bars.session_no,
        clean_bars.bar_no

    from {{ ref('clean_bars') }} as clean_bars

    inner join {{ ref('source_delistings') }} as source_delistings
        on
            clean_bars.symbol = source_delistings.symbol
            and clean_bars.bar_date = source_delistings.delisting_date

    where clean_bars.close is not null and clean_bars.bar_date >= {{ first_renewed_day() }}

    union all

    -- What an update keeps.
    select
        kept_sessions.symbol,
        kept_sessions.session_no,
        kept_sessions.bar_no

    from {{ kept_rows(
        {
            'symbol': 'string',
            'as_of_date': 'date',
            'session_no': 'bigint',
            'bar_no': 'bigint',
            'is_delisted': 'boolean',
        }
    ) }} as kept_sessions

    where kept_sessions.is_delisted

),

-- A name that comes back is listed anew.
listings as (

    select
        delistings.symbol,
        delistings.session_no as after_session_no,
        coalesce(lead(delistings.session_no) over by_symbol, 1000000000) as until_session_no,
        delistings.bar_no as n_earlier_bars,
        1 + row_number() over by_symbol as listing_no

    from delistings

    window by_symbol as (partition by delistings.symbol order by delistings.session_no)

),

listed as (

    select
        clean_bars.bar_date as as_of_date,
        clean_bars.symbol,
        clean_bars.asset_class,
        clean_bars.venue,
        clean_bars.currency,
        clean_bars.price_basis,
        clean_bars.session_no,
        clean_bars.close as last_close,
        clean_bars.close_local as last_close_local,
        clean_bars.close_usd as last_close_usd,
        clean_bars.adj_close as last_adj_close,
        clean_bars.shares_per_first_share,
        clean_bars.volume,
        clean_bars.volume * clean_bars.close_usd as dollar_volume_usd,
        false as is_stale,
        cast(0 as bigint) as sessions_since_bar,
        source_delistings.symbol is not null as is_delisted,
        source_delistings.source_delisting_return,
        clean_bars.bar_no,
        clean_bars.prior_session_no,
        clean_bars.prior_adj_close

    from {{ ref('clean_bars') }} as clean_bars

    left join {{ ref('source_delistings') }} as source_delistings
        on
            clean_bars.symbol = source_delistings.symbol
            and clean_bars.bar_date = source_delistings.delisting_date

    where clean_bars.close is not null

    union all

    select
        without_bar.session_date as as_of_date,
        without_bar.symbol,
        without_bar.asset_class,
        without_bar.venue,
        without_bar.currency,
        without_bar.price_basis,
        without_bar.session_no,
        without_bar.close as last_close,
        without_bar.close_local as last_close_local,
        without_bar.close_usd as last_close_usd,
        without_bar.adj_close as last_adj_close,
        without_bar.shares_per_first_share,
        cast(null as double) as volume,
        without_bar.dollar_volume_usd,
        true as is_stale,
        without_bar.sessions_since_bar,
        without_bar.is_delisted,
        without_bar.source_delisting_return,
        without_bar.bar_no,
        case
            when without_bar.is_seen then without_bar.before_seen_session_no
            else without_bar.session_no - 1
        end as prior_session_no,
        without_bar.adj_close as prior_adj_close

    from without_bar

)

select
    listed.as_of_date,
    listed.symbol,
    listed.asset_class,
    listed.venue,
    listed.currency,
    listed.price_basis,
    listed.session_no,
    listed.last_close,
    listed.last_close_local,
    listed.last_close_usd,
    listed.last_adj_close,
    listed.shares_per_first_share,
    listed.volume,
    listed.dollar_volume_usd,
    listed.is_stale,
    listed.sessions_since_bar,
    listed.is_delisted,
    case
        when listed.is_delisted
            then coalesce(
                listed.source_delisting_return,
                {{ by_asset_class(var('delisting_return'), 'listed.asset_class') }}
            )
    end as delisting_return,
    coalesce(listings.listing_no, 1) as listing_no,
    listed.bar_no,
    listed.bar_no - coalesce(listings.n_earlier_bars, 0) as n_bars,
    -- None for the first session of a listing.
    case
        when
            listings.after_session_no is null
            or listed.prior_session_no > listings.after_session_no
            then listed.prior_adj_close
    end as prior_adj_close

from listed

left join listings
    on
        listed.symbol = listings.symbol
        and listed.session_no > listings.after_session_no
        and listed.session_no <= listings.until_session_no
