{# Every statement item as known, on each stretch between two announcements: its newest value, #}
{# the sum of the newest four consecutive quarters (else the newest year), and where it ends. #}
with

items as (

    select
        stg_fundamentals.symbol,
        stg_fundamentals.metric,
        stg_fundamentals.frequency,
        stg_fundamentals.period_end_date,
        stg_fundamentals.known_on_date,
        stg_fundamentals.value,
        stg_fundamentals.currency

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

-- The newest version of every period known at each announcement.
versions as (

    select
        announcements.symbol,
        announcements.metric,
        announcements.known_from,
        announcements.known_to,
        items.frequency,
        items.period_end_date,
        items.value,
        items.currency

    from announcements

    inner join items
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
            order by items.known_on_date desc, items.value asc
        ) = 1

),

ordered as (

    select
        versions.*,
        row_number() over periods as period_rank

    from versions

    window periods as (
        partition by
            versions.symbol, versions.metric, versions.known_from, versions.frequency
        order by versions.period_end_date desc
    )

),

-- Four quarters are consecutive where the first ends about nine months before the last. They make
-- the year unless a newer annual figure is known.
by_frequency as (

    select
        ordered.symbol,
        ordered.metric,
        ordered.known_from,
        ordered.known_to,
        ordered.frequency,
        max(ordered.period_end_date) as period_end_date,
        max(case when ordered.period_rank = 1 then ordered.value end) as last_value,
        max(case when ordered.period_rank = 1 then ordered.currency end) as currency,
        count(*) as n_periods,
        sum(ordered.value) as sum_value,
        min(ordered.period_end_date) as first_period_end_date

    from ordered

    where ordered.period_rank <= 4

    group by all

),

chosen as (

    select
        announcements.symbol,
        announcements.metric,
        announcements.known_from,
        announcements.known_to,
        case
            when
                coalesce(quarters.period_end_date >= years.period_end_date, years.symbol is null)
                then quarters.period_end_date
            else years.period_end_date
        end as period_end_date,
        case
            when
                coalesce(quarters.period_end_date >= years.period_end_date, years.symbol is null)
                then quarters.last_value
            else years.last_value
        end as last_value,
        coalesce(quarters.currency, years.currency) as currency,
        quarters.n_periods = 4
        and {{ days_between('quarters.first_period_end_date', 'quarters.period_end_date') }}
        between 250 and 300
        and coalesce(quarters.period_end_date >= years.period_end_date, true) as has_four_quarters,
        quarters.sum_value as sum_of_quarters,
        quarters.period_end_date as quarter_end_date,
        years.last_value as year_value,
        years.period_end_date as year_end_date

    from announcements

    left join by_frequency as quarters
        on
            announcements.symbol = quarters.symbol
            and announcements.metric = quarters.metric
            and announcements.known_from = quarters.known_from
            and quarters.frequency = 'quarter'

    left join by_frequency as years
        on
            announcements.symbol = years.symbol
            and announcements.metric = years.metric
            and announcements.known_from = years.known_from
            and years.frequency = 'year'

)

select
    chosen.symbol,
    chosen.metric,
    chosen.known_from,
    chosen.known_to,
    chosen.period_end_date,
    chosen.currency,
    chosen.last_value,
    case when chosen.has_four_quarters then chosen.sum_of_quarters else chosen.year_value end
        as ttm_value,
    case when chosen.has_four_quarters then chosen.quarter_end_date else chosen.year_end_date end
        as ttm_end_date

from chosen
