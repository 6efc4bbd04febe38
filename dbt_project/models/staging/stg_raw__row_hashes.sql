{{ config(materialized='table', tags=['record']) }}
{# What each raw table holds, as one number: the sum of the hashes of its rows, whatever order #}
{# they stand in. Loads and their instants are no part of it, so that two machines which landed #}
{# the same rows agree; the order of vintages and the days that decide something are. #}
{%- set tables = {
    'universe': [
        'symbol', 'asset_class', 'venue', 'country', 'currency', 'sector', 'name', 'asset_kind',
        'member_from', 'member_to', 'source',
    ],
    'prices': [
        'symbol', 'bar_date', 'open', 'high', 'low', 'close', 'volume', 'currency', 'price_basis',
        'occurrence', 'source', 'bar_date > cast(observed_at as date)',
    ],
    'corporate_actions': ['symbol', 'ex_date', 'action_type', 'value', 'currency', 'source'],
    'fundamentals': [
        'symbol', 'metric', 'period_end_date', 'frequency', 'published_at', 'value', 'currency',
        'source',
    ],
    'fx_rates': ['currency', 'rate_date', 'usd_per_unit', 'source'],
    'interest_rates': ['currency', 'rate_date', 'yield_ann', 'quote_convention', 'source'],
} -%}
{%- set hashed_tables = (
    (tables.keys() | list) + ['symbol_changes', 'revised_values', 'fetch_log']
) -%}
with

{% for table_name, columns in tables.items() %}

    {{ table_name }} as (

        select {{ row_hash(columns) }} as row_hash

        from {{ source('raw', table_name) }}

        where {{ is_known() }}

    ),

{% endfor %}

symbol_changes as (

    select
        {{ row_hash([
            'symbol_changes.old_symbol', 'symbol_changes.change_date', 'symbol_changes.new_symbol',
            'row_number() over versions',
        ]) }} as row_hash

    from {{ source('raw', 'symbol_changes') }} as symbol_changes

    where {{ is_known('symbol_changes.observed_at') }}

    window versions as (
        partition by symbol_changes.old_symbol, symbol_changes.change_date
        order by symbol_changes.load_id
    )

),

-- Of a key that came in more than once: which word was the last, and on which day it came.
revised_values as (

    select
        {{ row_hash([
            'revised.table_name', 'revised.landed_symbol', 'revised.row_date',
            'revised.published_at', 'revised.occurrence', 'revised.field', 'revised.value',
            'revised.text_value', 'dense_rank() over versions',
            'case when dense_rank() over versions > 1 then cast(revised.observed_at as date) end',
        ]) }} as row_hash

    from {{ ref('stg_raw__revised_values') }} as revised

    window versions as (
        partition by
            revised.table_name,
            revised.landed_symbol,
            revised.row_date,
            revised.published_at,
            revised.occurrence,
            revised.field
        order by revised.load_id
    )

),

fetch_log as (

    select
        {{ row_hash([
            'fetch_log.source', 'fetch_log.item', 'fetch_log.table_name', 'fetch_log.symbol',
            'fetch_log.outcome', 'fetch_log.asked_on_date', 'row_number() over answers',
        ]) }} as row_hash

    from {{ ref('stg_raw__fetch_log') }} as fetch_log

    window answers as (
        partition by
            fetch_log.source,
            fetch_log.item,
            fetch_log.table_name,
            fetch_log.symbol
        order by fetch_log.load_id
    )

),

hashed as (

    {% for table_name in hashed_tables %}

        select
            '{{ table_name }}' as table_name,
            count(*) as n_rows,
            sum(cast({{ table_name }}.row_hash as decimal(20, 0))) as sum_of_hashes

        from {{ table_name }}

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    hashed.table_name,
    hashed.n_rows,
    coalesce(cast(hashed.sum_of_hashes as string), '0') as row_hash

from hashed
