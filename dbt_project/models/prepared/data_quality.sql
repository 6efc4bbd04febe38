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

told as (

    {{ counted_together({
        'rejected': ['n_rejected'],
        'revised': ['n_revisions'],
        'unanswered': ['n_failed_fetches'],
    }) }}

),

-- Little is told beside all months: to meet it costs less than to add both up.
joined as (

    select
        coalesce(session_months.source, told.source) as source,
        coalesce(session_months.symbol, told.symbol) as symbol,
        coalesce(session_months.month_date, told.month_date) as month_date,
        {% for name in of_sessions %}
            coalesce(session_months.{{ name }}, 0) as {{ name }},
        {% endfor %}
        coalesce(told.n_rejected, 0) as n_rejected,
        coalesce(told.n_revisions, 0) as n_revisions,
        coalesce(told.n_failed_fetches, 0) as n_failed_fetches

    from {{ ref('session_months') }} as session_months

    full outer join told
        on
            session_months.source is not distinct from told.source
            and session_months.symbol is not distinct from told.symbol
            and session_months.month_date is not distinct from told.month_date

)

select
    joined.source,
    joined.symbol,
    joined.month_date,
    joined.n_sessions,
    joined.n_bars,
    (joined.n_bars - joined.n_set_aside)
    / cast(nullif(joined.n_sessions, 0) as double) as coverage,
    joined.n_gaps,
    joined.n_stale,
    joined.n_quarantined,
    {% for name in quarantine_counts() %}
        joined.{{ name }},
    {% endfor %}
    joined.n_rejected,
    joined.n_revisions,
    joined.n_failed_fetches

from joined
