{{ config(schema='construction') }}
{# On which days portfolios are formed, and which formation is held on each day of the data. #}
{# Equities at the end of June, of each month, of each day; crypto at the end of each week of the #}
{# 52-week year, whose last week takes the days that are left. Liu, Tsyvinski and Wu (2022). #}
{% set formed_on = 'case when flagged.is_formation then flagged.date end' %}
with

class_days as (

    select distinct
        case venue_sessions.venue when '24/7' then 'crypto' else 'equity' end as asset_class,
        venue_sessions.session_date as date

    from {{ ref('venue_sessions') }} as venue_sessions

),

stepped as (

    select
        class_days.asset_class,
        class_days.date,
        lead(class_days.date) over (
            partition by class_days.asset_class
            order by class_days.date
        ) as next_date

    from class_days

),

ended as (

    select
        stepped.*,
        extract(month from stepped.date) <> extract(month from stepped.next_date) as is_month_end,
        least(ceil(extract(doy from stepped.date) / 7.0), 52)
        <> least(ceil(extract(doy from stepped.next_date) / 7.0), 52) as is_week_end

    from stepped

),

-- The calendar goes on past the data, so that a month's end never depends on the last row.
flagged as (

    {% for asset_class, frequency, is_formation in [
        ('equity', 'june', 'ended.is_month_end and extract(month from ended.date) = 6'),
        ('equity', 'month', 'ended.is_month_end'),
        ('equity', 'day', 'true'),
        ('crypto', 'week', 'ended.is_week_end'),
    ] %}

        select
            ended.asset_class,
            '{{ frequency }}' as formation_frequency,
            ended.date,
            ended.next_date,
            coalesce({{ is_formation }}, false) as is_formation

        from ended

        where ended.asset_class = '{{ asset_class }}'

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

timed as (

    select
        flagged.*,
        {{ ignoring_nulls('last_value', formed_on) }} over (
            partition by flagged.asset_class, flagged.formation_frequency
            order by flagged.date
            rows between unbounded preceding and 1 preceding
        ) as formation_date,
        {{ ignoring_nulls('lead', formed_on) }} over (
            partition by flagged.asset_class, flagged.formation_frequency
            order by flagged.date
        ) as next_formation_date

    from flagged

),

data_ends as (

    select
        prices_daily.asset_class,
        min(prices_daily.as_of_date) as first_date,
        max(prices_daily.as_of_date) as last_date

    from {{ ref('prices_daily') }} as prices_daily

    group by prices_daily.asset_class

)

select
    timed.asset_class,
    timed.formation_frequency,
    timed.date,
    timed.is_formation,
    case when timed.formation_date >= data_ends.first_date then timed.formation_date end
        as formation_date,
    timed.next_date,
    timed.next_formation_date

from timed

inner join data_ends
    on
        timed.asset_class = data_ends.asset_class
        and timed.date between data_ends.first_date and data_ends.last_date
