{# What was said otherwise before: each value that differs between two vintages of its row that #}
{# follow each other. A restatement under its own publication time is news, and no revision. #}
with

revised_values as (

    select * from {{ ref('stg_raw__revised_values') }}

),

-- The rows of one key land together: a spell or a second bar that a later load leaves out is gone.
keyed as (

    select
        revised_values.*,
        case
            when revised_values.table_name = 'universe' then null
            else revised_values.row_date
        end as key_date,
        case
            when revised_values.table_name in ('universe', 'prices') then ''
            else revised_values.field
        end as key_field

    from revised_values

),

vintages as (

    select distinct
        keyed.table_name,
        keyed.landed_symbol,
        keyed.key_date,
        keyed.key_field,
        keyed.published_at,
        keyed.source,
        keyed.load_id,
        keyed.observed_at

    from keyed

),

fields as (

    select distinct
        keyed.table_name,
        keyed.symbol,
        keyed.landed_symbol,
        keyed.key_date,
        keyed.key_field,
        keyed.published_at,
        keyed.row_date,
        keyed.occurrence,
        keyed.field

    from keyed

),

told as (

    select
        fields.table_name,
        fields.symbol,
        fields.landed_symbol,
        fields.row_date,
        fields.published_at,
        fields.occurrence,
        fields.field,
        keyed.value,
        keyed.text_value,
        vintages.source,
        vintages.load_id,
        vintages.observed_at

    from fields

    inner join vintages
        on
            fields.table_name = vintages.table_name
            and fields.landed_symbol = vintages.landed_symbol
            and fields.key_date is not distinct from vintages.key_date
            and fields.key_field = vintages.key_field
            and fields.published_at is not distinct from vintages.published_at

    left join keyed
        on
            fields.table_name = keyed.table_name
            and fields.landed_symbol = keyed.landed_symbol
            and fields.row_date is not distinct from keyed.row_date
            and fields.published_at is not distinct from keyed.published_at
            and fields.occurrence = keyed.occurrence
            and fields.field = keyed.field
            and vintages.load_id = keyed.load_id

),

compared as (

    select
        told.table_name,
        told.symbol,
        told.landed_symbol,
        told.row_date as date,
        told.field,
        told.published_at,
        told.occurrence,
        lag(told.value) over versions as old,
        told.value as new,
        lag(told.text_value) over versions as old_text,
        told.text_value as new_text,
        told.source,
        told.load_id,
        told.observed_at,
        lag(told.load_id) over versions as old_load_id,
        lag(told.observed_at) over versions as old_observed_at

    from told

    window versions as (
        partition by
            told.table_name,
            told.landed_symbol,
            told.row_date,
            told.published_at,
            told.occurrence,
            told.field
        order by told.load_id
    )

)

select *

from compared

where
    old_load_id is not null
    and (old is distinct from new or old_text is distinct from new_text)
