{{ config(materialized='table') }}
{# Every vintage of the values whose key came in more than once: of the keys that came in after #}
{# the first load, which are few, those that had come in before. #}
{%- set tables = {
    'universe': {
        'key': ['symbol'],
        'symbol': 'symbol',
        'date': 'member_from',
        'words': [
            'asset_class', 'venue', 'country', 'currency', 'sector', 'name', 'asset_kind',
            'member_to',
        ],
    },
    'prices': {
        'key': ['symbol', 'bar_date'],
        'symbol': 'symbol',
        'date': 'bar_date',
        'occurrence': 'occurrence',
        'numbers': ['open', 'high', 'low', 'close', 'volume'],
        'words': ['currency', 'price_basis'],
    },
    'corporate_actions': {
        'key': ['symbol', 'ex_date', 'action_type'],
        'symbol': 'symbol',
        'date': 'ex_date',
        'named_numbers': [['action_type', 'value', 'currency']],
    },
    'fundamentals': {
        'key': ['symbol', 'metric', 'period_end_date', 'frequency', 'published_at'],
        'symbol': 'symbol',
        'date': 'period_end_date',
        'published_at': 'published_at',
        'named_numbers': [['metric', 'value', 'currency']],
    },
    'fx_rates': {
        'key': ['currency', 'rate_date'],
        'symbol': 'currency',
        'date': 'rate_date',
        'numbers': ['usd_per_unit'],
    },
    'interest_rates': {
        'key': ['currency', 'rate_date'],
        'symbol': 'currency',
        'date': 'rate_date',
        'named_numbers': [["'yield_ann'", 'yield_ann', 'quote_convention']],
    },
} -%}
with

{% for table_name, table in tables.items() %}

    {{ table_name }}_again as (

        select distinct {{ table.key | join(', ') }}

        from {{ source('raw', table_name) }}

        where
            {{ is_known('observed_at') }}
            and load_id > (
                select min(first_load.load_id)
                from {{ source('raw', table_name) }} as first_load
                where {{ is_known('first_load.observed_at') }}
            )

    ),

    {{ table_name }}_rows as (

        select landed.*

        from {{ source('raw', table_name) }} as landed

        inner join {{ table_name }}_again as again
            on
                {% for column in table.key %}
                    landed.{{ column }} is not distinct from again.{{ column }}
                    {% if not loop.last %}and{% endif %}
                {% endfor %}

        where {{ is_known('landed.observed_at') }}

        qualify
            min(landed.load_id) over (partition by landed.{{ table.key | join(', landed.') }})
            < max(landed.load_id) over (partition by landed.{{ table.key | join(', landed.') }})

    ),

{% endfor %}

revised as (

    {% for table_name, table in tables.items() %}
        {%- set is_last_table = loop.last -%}
        {%- set fields = table.named_numbers | default([]) -%}
        {%- for name in table.numbers | default([]) -%}
            {%- set fields = fields.append(["'" ~ name ~ "'", name, 'null']) or fields -%}
        {%- endfor -%}
        {%- for name in table.words | default([]) -%}
            {%- set fields = fields.append(["'" ~ name ~ "'", 'null', name]) or fields -%}
        {%- endfor %}
        {% for field, number, word in fields %}

            select
                '{{ table_name }}' as table_name,
                {{ table.symbol }} as landed_symbol,
                {{ table.date }} as row_date,
                cast({{ table.published_at | default('null') }} as timestamp) as published_at,
                cast({{ table.occurrence | default('1') }} as integer) as occurrence,
                {{ field }} as field,
                cast({{ number }} as double) as value,
                cast({{ word }} as string) as text_value,
                source,
                load_id,
                observed_at

            from {{ table_name }}_rows

            {% if not (loop.last and is_last_table) %}union all{% endif %}

        {% endfor %}
    {% endfor %}

)

select
    revised.table_name,
    coalesce(symbol_changes.symbol, revised.landed_symbol) as symbol,
    revised.landed_symbol,
    revised.row_date,
    revised.published_at,
    revised.occurrence,
    revised.field,
    revised.value,
    revised.text_value,
    revised.source,
    revised.load_id,
    revised.observed_at

from revised

left join {{ ref('stg_raw__symbol_changes') }} as symbol_changes
    on
        revised.table_name not in ('fx_rates', 'interest_rates')
        and {{ bore_old_symbol('revised.landed_symbol', 'revised.row_date') }}

where
    revised.table_name = 'universe'
    or revised.row_date <= cast('{{ var("end_date") }}' as date)
