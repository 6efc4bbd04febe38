{# The CTE `raw_rows`: the raw rows that the score stands on; `counted_items`: how many there #}
{# are of each table. #}
{% macro weight_raw() -%}
raw_rows as (

    select landed.*

    from explain_inputs(
        (select asked_decision.as_of_date from asked_decision),
        symbol,
        (select asked_strategy.score_name from asked_strategy)
    ) as landed

    where
        exists (
            select 1

            from is_explained
        )

),

counted as (

    select
        raw_rows.relation,
        count(*) as n_rows,
        min(raw_rows.row_date) as first_date,
        max(raw_rows.row_date) as last_date

    from raw_rows

    group by raw_rows.relation

),

counted_items as (

    select
        'raw' as stage,
        concat('rows of ', counted.relation) as item,
        counted.n_rows as value,
        concat(
            'from ', counted.first_date, ' to ', counted.last_date,
            '; all of them: explain_inputs(''', asked_decision.as_of_date, ''', ''', symbol,
            ''', ''', asked_strategy.score_name, ''')'
        ) as value_text,
        'rows' as unit,
        asked_decision.as_of_date,
        counted.relation

    from counted

    cross join asked_decision

    cross join asked_strategy

)
{%- endmacro %}
