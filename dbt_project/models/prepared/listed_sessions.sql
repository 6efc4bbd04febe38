{# Every session of the asset's own calendar on which it is listed, with the last bar carried: #}
{# from its first bar to the source's delisting, else until so many sessions without a bar while #}
{# its venue trades on: a day on which the whole venue is silent says nothing of one name, nor do #}
{# the days of which a live source, asked for the name, has not answered. #}
with

spans as (

    select
        clean_bars.symbol,
        clean_bars.asset_class,
        clean_bars.venue,
        min(clean_bars.session_no) as first_session_no,
        max(max(clean_bars.session_no)) over (partition by clean_bars.venue)
            as last_venue_session_no

    from {{ ref('clean_bars') }} as clean_bars

    where clean_bars.close is not null

    group by clean_bars.symbol, clean_bars.asset_class, clean_bars.venue

),

-- The sessions on which the venue traded at all, counted.
active_sessions as (

    select
        clean_bars.venue,
        clean_bars.session_no,
        row_number() over (partition by clean_bars.venue order by clean_bars.session_no)
            as active_no

    from {{ ref('clean_bars') }} as clean_bars

    group by clean_bars.venue, clean_bars.session_no

),

placed as (

    select
        venue_sessions.session_date as as_of_date,
        spans.symbol,
        spans.asset_class,
        spans.venue,
        venue_sessions.session_no,
        clean_bars.close is null as is_stale,
        active_sessions.session_no is not null
        and venue_sessions.session_date
        <= coalesce(fetch_answers.answered_until_date, cast('9999-12-31' as date))
            as is_counted,
        {{ ignoring_nulls('last_value', "
            case
                when
                    venue_sessions.session_date
                    <= coalesce(fetch_answers.answered_until_date, cast('9999-12-31' as date))
                    then active_sessions.active_no
            end
        ") }} over history as last_counted_no,
        {{ ignoring_nulls('last_value', "
            case when clean_bars.session_no is not null then active_sessions.active_no end
        ") }} over history as last_seen_no,
        case when clean_bars.close is not null then clean_bars.volume end as volume,
        clean_bars.volume * clean_bars.close_usd as dollar_volume_usd,
        source_delistings.source_delisting_return,
        {{ by_asset_class(var('delisting_after_sessions'), 'spans.asset_class') }}
            as sessions_to_delisting,
        {{ ignoring_nulls('last_value', "
            case when clean_bars.close is not null then clean_bars.session_no end
        ") }} over history as last_bar_session_no,
        {{ ignoring_nulls('last_value', "
            case when source_delistings.symbol is not null then venue_sessions.session_no end
        ") }} over history as last_delisting_session_no

    from spans

    inner join {{ ref('venue_sessions') }} as venue_sessions
        on
            spans.venue = venue_sessions.venue
            and venue_sessions.session_no between
            spans.first_session_no and spans.last_venue_session_no

    left join {{ ref('clean_bars') }} as clean_bars
        on
            spans.symbol = clean_bars.symbol
            and venue_sessions.session_no = clean_bars.session_no

    left join {{ ref('fetch_answers') }} as fetch_answers
        on spans.symbol = fetch_answers.symbol

    left join active_sessions
        on
            spans.venue = active_sessions.venue
            and venue_sessions.session_no = active_sessions.session_no

    left join {{ ref('source_delistings') }} as source_delistings
        on
            spans.symbol = source_delistings.symbol
            and venue_sessions.session_date = source_delistings.delisting_date

    window history as (
        partition by spans.symbol
        order by venue_sessions.session_no
        rows between unbounded preceding and current row
    )

),

silent as (

    select
        placed.*,
        greatest(placed.last_counted_no, placed.last_seen_no) - placed.last_seen_no
            as n_silent_sessions

    from placed

),

listed as (

    select
        silent.*,
        silent.session_no - silent.last_bar_session_no as sessions_since_bar,
        (
            silent.last_delisting_session_no = silent.session_no
            or silent.n_silent_sessions = silent.sessions_to_delisting
        ) is true as is_delisted

    from silent

    where
        (
            silent.n_silent_sessions < silent.sessions_to_delisting
            or (silent.n_silent_sessions = silent.sessions_to_delisting and silent.is_counted)
        )
        and (
            silent.last_delisting_session_no is null
            or silent.last_delisting_session_no = silent.session_no
            or silent.last_delisting_session_no < silent.last_bar_session_no
        )

),

-- What an update keeps.
kept as (

    select
        kept_sessions.symbol,
        count(*) as n_delistings

    from {{ kept_rows(
        {'symbol': 'string', 'as_of_date': 'date', 'is_delisted': 'boolean'}
    ) }} as kept_sessions

    where kept_sessions.is_delisted

    group by kept_sessions.symbol

)

select
    listed.as_of_date,
    listed.symbol,
    listed.asset_class,
    listed.venue,
    last_bars.currency,
    last_bars.price_basis,
    listed.session_no,
    last_bars.close as last_close,
    last_bars.close_local as last_close_local,
    last_bars.close_usd as last_close_usd,
    last_bars.adj_close as last_adj_close,
    last_bars.shares_per_first_share,
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
    1
    + coalesce(kept.n_delistings, 0)
    + count(
        case when listed.is_delisted and listed.as_of_date >= {{ first_renewed_day() }} then 1 end
    ) over (
        partition by listed.symbol
        order by listed.session_no
        rows between unbounded preceding and 1 preceding
    ) as listing_no

from listed

inner join {{ ref('clean_bars') }} as last_bars
    on
        listed.symbol = last_bars.symbol
        and listed.last_bar_session_no = last_bars.session_no

left join kept on listed.symbol = kept.symbol
