{# Statement items as known, on each stretch between two announcements: the four newest quarters #}
{# and years of each item and the one a year before the newest, in their newest version. #}
with

items as (

    select
        stg_fundamentals.symbol,
        stg_fundamentals.metric,
        stg_fundamentals.frequency,
        stg_fundamentals.period_end_date,
        stg_fundamentals.known_on_date,
        stg_fundamentals.value,
        stg_fundamentals.currency,
        stg_fundamentals.load_id

    from {{ ref('stg_raw__fundamentals') }} as stg_fundamentals

    where
        stg_fundamentals.frequency in ('quarter', 'year')
        and {{ is_finite('stg_fundamentals.value') }}

),

announcements as (

    select
        items.symbol,
        items.metric,
        items.known_on_date as known_from,
        coalesce(
            lead(items.known_on_date) over (
                partition by items.symbol, items.metric
                order by items.known_on_date
            ),
            cast('9999-12-31' as date)
        ) as known_to

    from (
        select distinct
            items.symbol,
            items.metric,
            items.known_on_date

        from items
    ) as items

),

-- The newest version of every period known at each announcement; none where all are too old.
versions as (

    select
        announcements.symbol,
        announcements.metric,
        announcements.known_from,
        announcements.known_to,
        items.frequency,
        items.period_end_date,
        items.value as period_value,
        items.currency

    from announcements

    left join items
        on
            announcements.symbol = items.symbol
            and announcements.metric = items.metric
            and announcements.known_from >= items.known_on_date
            and announcements.known_from
            <= {{ add_months('items.period_end_date', var('max_statement_age_months') + 18) }}

    qualify
        row_number() over (
            partition by
                announcements.symbol,
                announcements.metric,
                announcements.known_from,
                items.frequency,
                items.period_end_date
            order by items.known_on_date desc, items.load_id desc, items.value asc
        ) = 1

),

ordered as (

    select
        versions.*,
        row_number() over periods as period_rank,
        {{ days_between(
            'versions.period_end_date', 'max(versions.period_end_date) over same_frequency'
        ) }} as days_before_newest

    from versions

    window
        same_frequency as (
            partition by
                versions.symbol, versions.metric, versions.known_from, versions.frequency
        ),
        periods as (
            partition by
                versions.symbol, versions.metric, versions.known_from, versions.frequency
            order by versions.period_end_date desc
        )

),

-- A year before: fiscal years of 52 or 53 weeks end 364 or 371 days after the last one.
compared as (

    select
        ordered.*,
        ordered.days_before_newest between 350 and 380
        and row_number() over nearest_to_a_year = 1 as is_year_ago

    from ordered

    window nearest_to_a_year as (
        partition by ordered.symbol, ordered.metric, ordered.known_from, ordered.frequency
        order by abs(ordered.days_before_newest - 365), ordered.period_end_date desc
    )

)

select
    compared.symbol,
    compared.metric,
    compared.known_from,
    compared.known_to,
    compared.frequency,
    compared.period_end_date,
    compared.period_rank,
    coalesce(compared.is_year_ago, false) as is_year_ago,
    compared.period_value,
    compared.currency

from compared

where compared.period_rank <= 4 or compared.is_year_ago
