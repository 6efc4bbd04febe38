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
        dense_rank() over (
            partition by
                stg_fundamentals.symbol, stg_fundamentals.metric, stg_fundamentals.frequency
            order by stg_fundamentals.period_end_date
        ) as period_no,
        row_number() over versions = 1 as is_first_version,
        coalesce(
            lead(stg_fundamentals.known_on_date) over versions, cast('9999-12-31' as date)
        ) as superseded_on_date,
        {{ add_months(
            'stg_fundamentals.period_end_date', var('max_statement_age_months') + 18
        ) }} as serves_until_date

    from {{ ref('stg_raw__fundamentals') }} as stg_fundamentals

    where
        stg_fundamentals.frequency in ('quarter', 'year')
        and {{ is_finite('stg_fundamentals.value') }}

    window versions as (
        partition by
            stg_fundamentals.symbol,
            stg_fundamentals.metric,
            stg_fundamentals.frequency,
            stg_fundamentals.period_end_date
        order by
            stg_fundamentals.known_on_date asc,
            stg_fundamentals.load_id asc,
            stg_fundamentals.value desc
    )

),

-- Of each frequency how many periods are known by then, and where the newest of them ends.
announcements as (

    select
        items.symbol,
        items.metric,
        items.known_on_date as known_from,
        row_number() over (
            partition by items.symbol
            order by items.metric, items.known_on_date
        ) as announcement_no,
        coalesce(lead(items.known_on_date) over history, cast('9999-12-31' as date)) as known_to,
        {% for frequency in ['quarter', 'year'] %}
            sum(count(
                case when items.frequency = '{{ frequency }}' and items.is_first_version then 1 end
            )) over history as n_{{ frequency }}s,
            max(max(
                case when items.frequency = '{{ frequency }}' then items.period_end_date end
            )) over history as newest_{{ frequency }}_end
            {%- if not loop.last %},{% endif %}
        {% endfor %}

    from items

    group by items.symbol, items.metric, items.known_on_date

    window history as (partition by items.symbol, items.metric order by items.known_on_date)

),

-- The newest version of the newest periods known at each announcement; none where all are too old.
-- Of n known periods the fourth newest cannot bear a number below n - 3.
versions as (

    select
        announcements.symbol,
        announcements.metric,
        announcements.announcement_no,
        announcements.known_from,
        announcements.known_to,
        items.frequency,
        items.period_end_date,
        items.value as period_value,
        items.currency,
        {{ days_between(
            'items.period_end_date',
            "case items.frequency when 'quarter' then announcements.newest_quarter_end"
            ~ " else announcements.newest_year_end end"
        ) }} as days_before_newest

    from announcements

    left join items
        on
            announcements.symbol = items.symbol
            and announcements.metric = items.metric
            and announcements.known_from >= items.known_on_date
            and announcements.known_from < items.superseded_on_date
            and announcements.known_from <= items.serves_until_date
            and (
                items.period_no > case items.frequency
                    when 'quarter' then announcements.n_quarters else announcements.n_years
                end - 4
                or {{ days_between(
                    'items.period_end_date',
                    "case items.frequency when 'quarter' then announcements.newest_quarter_end"
                    ~ " else announcements.newest_year_end end"
                ) }} <= 380
            )

),

-- A year before: fiscal years of 52 or 53 weeks end 364 or 371 days after the last one. Of two
-- as near to 365 days, one on either side of it, the later period counts: it is a half day nearer.
measured as (

    select
        versions.*,
        case
            when versions.days_before_newest between 365 and 380
                then 2 * (versions.days_before_newest - 365)
            when versions.days_before_newest between 350 and 364
                then 2 * (365 - versions.days_before_newest) - 1
        end as distance_to_a_year

    from versions

),

ordered as (

    select
        measured.*,
        row_number() over periods as period_rank,
        min(measured.distance_to_a_year) over whole as least_distance

    from measured

    window
        whole as (partition by measured.symbol, measured.announcement_no, measured.frequency),
        periods as (
            partition by measured.symbol, measured.announcement_no, measured.frequency
            order by measured.period_end_date desc
        )

),

compared as (

    select
        ordered.*,
        coalesce(ordered.distance_to_a_year = ordered.least_distance, false) as is_year_ago

    from ordered

)

select
    compared.symbol,
    compared.metric,
    compared.known_from,
    compared.known_to,
    compared.frequency,
    compared.period_end_date,
    compared.period_rank,
    compared.is_year_ago,
    compared.period_value,
    compared.currency

from compared

where compared.period_rank <= 4 or compared.is_year_ago
