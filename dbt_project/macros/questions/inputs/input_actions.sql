{# The CTE `actions`: of raw.corporate_actions all splits up to the day, for shares count from #}
{# their own date, and the dividends within the window. #}
{% macro input_actions() -%}
actions as (

    select
        'raw.corporate_actions' as relation,
        names.symbol,
        landed.action_type as item,
        landed.ex_date as row_date,
        landed.value,
        case when landed.symbol <> names.symbol then landed.symbol end as value_text,
        landed.currency,
        landed.ex_date as known_on_date,
        landed.load_id,
        landed.source,
        landed.observed_at

    from staging.stg_raw__corporate_actions as newest

    inner join names
        on
            newest.symbol = names.symbol
            and newest.ex_date >= names.name_from_date
            and newest.ex_date < names.name_to_date
            and names.has_bars
            and newest.ex_date <= names.session_date
            and (newest.action_type = 'split' or newest.ex_date > names.from_date)

    inner join raw.corporate_actions as landed
        on
            names.landed_symbol = landed.symbol
            and newest.ex_date = landed.ex_date
            and newest.action_type = landed.action_type
            and newest.load_id = landed.load_id

    where symbol is null or newest.symbol = symbol

)
{%- endmacro %}
