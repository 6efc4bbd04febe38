{# Every session without a priced bar on which the asset is listed: from its first bar to the #}
{# source's delisting, else until so many sessions without a bar while its venue trades on: a day #}
{# on which the whole venue is silent says nothing of one name, nor do the days of which a live #}
{# source, asked for the name, has not answered. #}
with

venue_bars as (

    select
        assets.venue,
        adjusted_bars.session_no,
        count(adjusted_bars.adj_close) as n_priced

    from {{ ref('adjusted_bars') }} as adjusted_bars

    inner join {{ ref('assets') }} as assets on adjusted_bars.symbol = assets.symbol

    group by assets.venue, adjusted_bars.session_no

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
        adjusted_bars.symbol,
        max(adjusted_bars.session_no) as session_no,
        max(adjusted_bars.bar_no) as bar_no

    from {{ ref('adjusted_bars') }} as adjusted_bars

    group by adjusted_bars.symbol

),

-- Sessions without a priced bar: between two bars, after the last, and where a bar has no rate.
stretches as (

    select
        adjusted_bars.symbol,
        adjusted_bars.prior_session_no as seen_session_no,
        adjusted_bars.prior_session_no as before_seen_session_no,
        adjusted_bars.prior_session_no + 1 as first_session_no,
        adjusted_bars.session_no - 1 as last_session_no,
        adjusted_bars.bar_no - case when adjusted_bars.adj_close is null then 0 else 1 end
            as bar_no,
        cast(null as date) as bar_date

    from {{ ref('adjusted_bars') }} as adjusted_bars

    where adjusted_bars.session_no > adjusted_bars.prior_session_no + 1

    union all

    select
        last_seen.symbol,
        last_seen.session_no as seen_session_no,
        last_seen.session_no as before_seen_session_no,
        last_seen.session_no + 1 as first_session_no,
        1000000000 as last_session_no,
        last_seen.bar_no,
        cast(null as date) as bar_date

    from last_seen

    union all

    select
        adjusted_bars.symbol,
        adjusted_bars.session_no as seen_session_no,
        coalesce(adjusted_bars.prior_session_no, 0) as before_seen_session_no,
        adjusted_bars.session_no as first_session_no,
        adjusted_bars.session_no as last_session_no,
        adjusted_bars.bar_no,
        adjusted_bars.bar_date

    from {{ ref('adjusted_bars') }} as adjusted_bars

    where adjusted_bars.adj_close is null

),

seen_bars as (

    select distinct
        stretches.symbol,
        stretches.bar_no

    from stretches

),

-- The bars before them, picked out first: few.
last_bars as (

    select
        adjusted_bars.symbol,
        adjusted_bars.bar_no,
        adjusted_bars.bar_date,
        adjusted_bars.session_no,
        adjusted_bars.adj_close

    from {{ ref('adjusted_bars') }} as adjusted_bars

    inner join seen_bars
        on
            adjusted_bars.symbol = seen_bars.symbol
            and adjusted_bars.bar_no = seen_bars.bar_no

    where adjusted_bars.adj_close is not null

),

-- No later than the session that delists, where all are answered.
bounded as (

    select
        stretches.*,
        assets.asset_class,
        assets.venue,
        fetch_answers.answered_until_date,
        seen.active_no as seen_active_no,
        {{ by_asset_class(var('delisting_after_sessions'), 'assets.asset_class') }}
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

    inner join {{ ref('assets') }} as assets on stretches.symbol = assets.symbol

    inner join sessions as seen
        on
            assets.venue = seen.venue
            and stretches.seen_session_no = seen.session_no

    left join sessions as delisting
        on
            assets.venue = delisting.venue
            and seen.active_no
            + {{ by_asset_class(var('delisting_after_sessions'), 'assets.asset_class') }}
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

)

select
    silent.symbol,
    silent.asset_class,
    silent.venue,
    silent.session_no,
    silent.session_date as as_of_date,
    silent.bar_no,
    case
        when silent.seen_session_no = silent.session_no then silent.before_seen_session_no
        else silent.session_no - 1
    end as prior_session_no,
    silent.bar_date as unpriced_bar_date,
    last_bars.bar_date as last_bar_date,
    last_bars.adj_close,
    silent.session_no - last_bars.session_no as sessions_since_bar,
    silent.is_source_delisting
    or silent.n_silent_sessions = silent.sessions_to_delisting as is_delisted,
    silent.source_delisting_return

from silent

inner join last_bars
    on
        silent.symbol = last_bars.symbol
        and silent.bar_no = last_bars.bar_no

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
