{# What each source gave of each name in each month, and what was wrong with it: its sessions, #}
{# and what was rejected, rewritten or not answered. #}
{%- set reasons = quarantine_reasons() -%}
{%- set of_sessions = [
    'n_sessions', 'n_bars', 'n_set_aside', 'n_gaps', 'n_stale', 'n_quarantined',
] -%}
{%- for reason in reasons -%}
    {%- do of_sessions.append('n_' ~ reason) -%}
{%- endfor -%}
{%- set counts = of_sessions + ['n_rejected', 'n_revisions', 'n_failed_fetches'] -%}
with

rejected as (

    select
        stg_rejects.source,
        stg_rejects.symbol,
        cast(
            date_trunc(
                'month', coalesce(stg_rejects.row_date, cast(stg_rejects.observed_at as date))
            ) as date
        ) as month_date,
        sum(stg_rejects.n_rejected) as n_rejected

    from {{ ref('stg_raw__rejects') }} as stg_rejects

    where stg_rejects.table_name not in ('fx_rates', 'interest_rates', 'symbol_changes')

    group by all

),

revised as (

    select
        revisions.source,
        revisions.symbol,
        cast(
            date_trunc('month', coalesce(revisions.date, cast(revisions.observed_at as date)))
            as date
        ) as month_date,
        count(*) as n_revisions

    from {{ ref('revisions') }} as revisions

    where revisions.table_name not in ('fx_rates', 'interest_rates')

    group by all

),

unanswered as (

    select
        stg_fetch_log.source,
        stg_fetch_log.symbol,
        cast(date_trunc('month', stg_fetch_log.asked_on_date) as date) as month_date,
        count(*) as n_failed_fetches

    from {{ ref('stg_raw__fetch_log') }} as stg_fetch_log

    where
        stg_fetch_log.outcome in ('throttled', 'failed')
        and stg_fetch_log.table_name not in ('fx_rates', 'interest_rates')

    group by all

),

counted as (

    {% for relation, own in {
        ref('session_months'): of_sessions,
        'rejected': ['n_rejected'],
        'revised': ['n_revisions'],
        'unanswered': ['n_failed_fetches'],
    }.items() %}

        select
            source,
            symbol,
            month_date,
            {% for name in counts %}
                {{ name if name in own else '0' }} as {{ name }}{% if not loop.last %},{% endif %}
            {% endfor %}

        from {{ relation }}

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

summed as (

    select
        counted.source,
        counted.symbol,
        counted.month_date,
        {% for name in counts %}
            cast(sum(counted.{{ name }}) as bigint)
                as {{ name }}{% if not loop.last %},{% endif %}
        {% endfor %}

    from counted

    group by counted.source, counted.symbol, counted.month_date

)

select
    summed.source,
    summed.symbol,
    summed.month_date,
    summed.n_sessions,
    summed.n_bars,
    (summed.n_bars - summed.n_set_aside)
    / cast(nullif(summed.n_sessions, 0) as double) as coverage,
    summed.n_gaps,
    summed.n_stale,
    summed.n_quarantined,
    {% for reason in reasons %}
        summed.n_{{ reason }},
    {% endfor %}
    summed.n_rejected,
    summed.n_revisions,
    summed.n_failed_fetches

from summed
