{# Whether each name is still listed, and what says so. Silence is told from what was not #}
{# answered, and neither is a delisting until the venue has traded on long enough, or the source #}
{# says so. #}
with

listings as (

    select
        listed_months.symbol,
        listed_months.listing_no,
        min(listed_months.first_session_date) as first_session_date,
        max(listed_months.last_session_date) as last_session_date,
        max(listed_months.last_bar_date) as last_bar_date,
        max(listed_months.last_bar_session_no) as last_bar_session_no,
        count(listed_months.delisting_date) > 0 as is_delisted

    from {{ ref('listed_months') }} as listed_months

    group by listed_months.symbol, listed_months.listing_no

),

newest_listings as (

    select
        listings.*,
        min(listings.first_session_date) over (partition by listings.symbol) as first_bar_date

    from listings

    qualify listings.listing_no = max(listings.listing_no) over (partition by listings.symbol)

),

venue_ends as (

    select
        listed_months.venue,
        max(listed_months.last_session_no) as last_session_no

    from {{ ref('listed_months') }} as listed_months

    group by listed_months.venue

),

measured as (

    select
        assets.symbol,
        assets.asset_class,
        assets.venue,
        newest_listings.first_session_date,
        newest_listings.first_bar_date,
        newest_listings.last_bar_date,
        venue_ends.last_session_no - newest_listings.last_bar_session_no as n_sessions_since_bar,
        silences.session_date as first_silent_date,
        fetch_answers.last_outcome,
        fetch_answers.last_answered_at,
        fetch_answers.n_failed_fetches_since_answer,
        case when newest_listings.is_delisted then newest_listings.last_session_date end
            as delisting_date,
        case
            when newest_listings.is_delisted
                then coalesce(
                    source_delistings.source_delisting_return,
                    {{ by_asset_class(var('delisting_return'), 'assets.asset_class') }}
                )
        end as delisting_return,
        case
            when source_delistings.symbol is not null then 'source'
            when newest_listings.is_delisted then 'inferred'
        end as delisting_source,
        {{ by_asset_class(var('delisting_after_sessions'), 'assets.asset_class') }}
            as sessions_to_delisting,
        case
            when newest_listings.is_delisted then 'delisted'
            when venue_ends.last_session_no = newest_listings.last_bar_session_no then 'listed'
            when fetch_answers.n_failed_fetches_since_answer > 0 then 'unanswered'
            when newest_listings.symbol is null then 'no_data'
            else 'silent'
        end as status

    from {{ ref('assets') }} as assets

    left join newest_listings on assets.symbol = newest_listings.symbol

    left join venue_ends on assets.venue = venue_ends.venue

    left join {{ ref('fetch_answers') }} as fetch_answers on assets.symbol = fetch_answers.symbol

    left join {{ ref('source_delistings') }} as source_delistings
        on
            assets.symbol = source_delistings.symbol
            and newest_listings.is_delisted
            and newest_listings.last_session_date = source_delistings.delisting_date

    left join {{ ref('venue_sessions') }} as silences
        on
            assets.venue = silences.venue
            and newest_listings.last_bar_session_no + 1 = silences.session_no

)

select
    measured.symbol,
    measured.asset_class,
    measured.venue,
    measured.status,
    case measured.status
        when 'listed' then measured.first_session_date
        when 'silent' then measured.first_silent_date
        when 'delisted' then measured.delisting_date
        when 'unanswered' then cast(measured.last_answered_at as date)
    end as since_date,
    case
        when measured.delisting_source = 'source'
            then 'source: delisting of ' || measured.delisting_date
        when measured.delisting_source = 'inferred'
            then
                measured.sessions_to_delisting
                || ' sessions without a bar while '
                || measured.venue
                || ' traded'
        when measured.status = 'listed' then 'bar on the newest session of ' || measured.venue
        else coalesce('last bar ' || measured.n_sessions_since_bar || ' sessions ago', 'no bar')
    end
    || case
        when measured.n_failed_fetches_since_answer > 0
            then
                '; '
                || measured.n_failed_fetches_since_answer
                || ' fetches since without an answer, the last: '
                || measured.last_outcome
        when measured.last_outcome is not null then '; last fetch: ' || measured.last_outcome
        else ''
    end as evidence,
    measured.first_bar_date,
    measured.last_bar_date,
    measured.n_sessions_since_bar,
    measured.last_outcome,
    measured.last_answered_at,
    measured.n_failed_fetches_since_answer,
    measured.delisting_date,
    measured.delisting_return,
    measured.delisting_source

from measured
