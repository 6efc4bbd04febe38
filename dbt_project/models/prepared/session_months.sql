{# What the days of each name's months gave, and what was wrong with them. Sessions, gaps and #}
{# stale sessions are the name's own: where two sources share a month, each shows them. #}
{%- set reasons = quarantine_reasons() -%}
with

bars as (

    select
        screened_bars.source,
        screened_bars.symbol,
        cast(date_trunc('month', screened_bars.bar_date) as date) as month_date,
        count(case when screened_bars.occurrence = 1 then 1 end) as n_bars,
        max(screened_bars.bar_date) as last_bar_date

    from {{ ref('screened_bars') }} as screened_bars

    group by all

),

set_aside as (

    select
        quarantine.source,
        quarantine.symbol,
        cast(date_trunc('month', quarantine.bar_date) as date) as month_date,
        count(distinct case when quarantine.field = 'close' then quarantine.bar_date end)
            as n_set_aside,
        count(*) as n_quarantined,
        {% for reason in reasons %}
            count(case when quarantine.reason = '{{ reason }}' then 1 end)
                as n_{{ reason }}{% if not loop.last %},{% endif %}
        {% endfor %}

    from {{ ref('quarantine') }} as quarantine

    group by all

),

sessions as (

    select
        listed_months.symbol,
        listed_months.month_date,
        cast(sum(listed_months.n_sessions) as bigint) as n_sessions,
        cast(sum(listed_months.n_stale) as bigint) as n_stale

    from {{ ref('listed_months') }} as listed_months

    where listed_months.n_sessions > 0

    group by all

),

gaps as (

    select
        prices_daily.symbol,
        cast(date_trunc('month', prices_daily.as_of_date) as date) as month_date,
        count(*) as n_gaps

    from {{ ref('prices_daily') }} as prices_daily

    left join {{ ref('screened_bars') }} as screened_bars
        on
            prices_daily.symbol = screened_bars.symbol
            and prices_daily.as_of_date = screened_bars.bar_date

    where
        prices_daily.is_stale
        and not prices_daily.is_delisted
        and screened_bars.symbol is null

    group by all

),

-- A month without a bar belongs to the source of the last bar before it.
sourced as (

    select
        sessions.symbol,
        sessions.month_date,
        {{ ignoring_nulls('last_value', 'bars.source') }} over (
            partition by sessions.symbol
            order by sessions.month_date, bars.last_bar_date nulls first, bars.source
            rows between unbounded preceding and current row
        ) as source,
        sessions.n_sessions,
        sessions.n_stale,
        coalesce(gaps.n_gaps, 0) as n_gaps

    from sessions

    left join bars on sessions.symbol = bars.symbol and sessions.month_date = bars.month_date

    left join gaps on sessions.symbol = gaps.symbol and sessions.month_date = gaps.month_date

)

{{ counted_together({
    'sourced': ['n_sessions', 'n_stale', 'n_gaps'],
    'bars': ['n_bars'],
    'set_aside': ['n_set_aside', 'n_quarantined'] + quarantine_counts(),
}) }}
