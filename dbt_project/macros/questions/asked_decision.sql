{# The CTE `decision`: the strategy's newest decision at or before the day asked for, and the one #}
{# of its rhythm before it. #}
{% macro asked_decision() -%}
decision as (

    select
        rebalances.strategy,
        max(rebalances.as_of_date) as as_of_date,
        max_by(rebalances.is_scheduled, rebalances.as_of_date) as is_scheduled

    from construction.rebalances as rebalances

    where rebalances.strategy = strategy and rebalances.as_of_date <= cast(day as date)

    group by rebalances.strategy

)
{%- endmacro %}
