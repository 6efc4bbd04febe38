{# The CTE `score_items`: what the score is made of. #}
{% macro weight_score() -%}
score_items as (

    select
        'score' as stage,
        scored.item,
        scored.value,
        scored.value_text,
        scored.unit,
        scored.as_of_date,
        scored.relation,
        scored.step as place

    from explain_score(
        (select asked_decision.as_of_date from asked_decision),
        symbol,
        (select asked_strategy.score_name from asked_strategy)
    ) as scored

    where
        exists (
            select 1

            from is_explained
        )

)
{%- endmacro %}
