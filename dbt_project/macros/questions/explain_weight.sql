{# explain_weight(day, strategy, symbol): the other explanations of one name, in one long table. #}
{# Each part gives the columns that it has, in the order of the decision: the others are null. #}
{% macro explain_weight() -%}
with

{{ weight_asked() }},

{{ weight_found() }},

{{ weight_answer() }},

{{ weight_rule() }},

{{ weight_leg() }},

{{ weight_score() }},

{{ weight_factors() }},

{{ weight_session() }},

{{ weight_window_ends() }},

{{ weight_statements() }},

{{ weight_raw() }},

{{ weight_raw_rows() }},

steps as (

    {% for items in [
        'weight_items', 'ruin_items', 'rule_items', 'leg_items', 'score_items', 'factor_items',
        'session_items', 'end_items', 'statement_items', 'counted_items', 'raw_items',
    ] %}

        select
            {{ loop.index }} as part_no,
            {{ items }}.*

        from {{ items }}

        {% if not loop.last %}union all by name{% endif %}

    {% endfor %}

)

select
    row_number() over (
        order by
            steps.part_no,
            steps.place,
            steps.place_within,
            steps.relation,
            steps.item,
            steps.as_of_date
    ) as step,
    steps.stage,
    steps.item,
    steps.value,
    steps.value_text,
    steps.unit,
    steps.as_of_date,
    steps.relation,
    steps.load_id,
    steps.source,
    steps.observed_at

from steps

where steps.value is not null or steps.value_text is not null

order by step
{%- endmacro %}
