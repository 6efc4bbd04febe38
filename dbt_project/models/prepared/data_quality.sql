{# What each source gave of each name in each month, and what was wrong with it: its sessions, #}
{# and what was rejected, rewritten or not answered. #}
{%- set of_sessions = [
    'n_sessions', 'n_bars', 'n_set_aside', 'n_gaps', 'n_stale', 'n_quarantined',
] + quarantine_counts() -%}
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

summed as (

    {{ counted_together({
        ref('session_months'): of_sessions,
        'rejected': ['n_rejected'],
        'revised': ['n_revisions'],
        'unanswered': ['n_failed_fetches'],
    }) }}

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
    {% for name in quarantine_counts() %}
        summed.{{ name }},
    {% endfor %}
    summed.n_rejected,
    summed.n_revisions,
    summed.n_failed_fetches

from summed
