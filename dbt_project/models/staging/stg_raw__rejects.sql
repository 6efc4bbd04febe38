{# Rejected input rows, counted by the symbol and the day they name, as far as these can be read. #}
{# A row that is rejected each time its file is read again counts with the first load that did. #}
{%- set days = {
    'universe': 'member_from',
    'prices': 'bar_date',
    'corporate_actions': 'ex_date',
    'fundamentals': 'period_end_date',
} -%}
with

rejects as (

    select * from {{ source('raw', 'rejects') }}

),

loads as (

    select * from {{ ref('stg_raw__loads') }}

),

read as (

    select
        rejects.load_id,
        rejects.source,
        rejects.table_name,
        rejects.reason,
        nullif({{ json_text('rejects.row_json', 'symbol') }}, '') as symbol,
        case rejects.table_name
            {% for table_name, day in days.items() %}
                when '{{ table_name }}'
                    then try_cast({{ json_text('rejects.row_json', day) }} as date)
            {% endfor %}
        end as row_date,
        loads.observed_at

    from rejects

    inner join loads on rejects.load_id = loads.load_id

    qualify
        rejects.load_id = min(rejects.load_id) over (
            partition by rejects.source, rejects.table_name, rejects.reason, rejects.row_json
        )

)

select
    read.load_id,
    read.source,
    read.table_name,
    read.reason,
    read.symbol,
    read.row_date,
    read.observed_at,
    count(*) as n_rejected

from read

group by all
