{# The CTEs `asked_strategy`, `asked_decision` and `asked_asset`: what is asked for, a row each. #}
{% macro weight_asked() -%}
asked_strategy as (

    select
        strategies.strategy,
        case strategies.score when 'family_sleeves' then 'composite' else strategies.score end
            as score_name,
        strategies.gross_long

    from seeds.strategies as strategies

    where strategies.strategy = strategy

),

asked_decision as (

    select
        max(rebalances.as_of_date) as as_of_date,
        max_by(rebalances.is_scheduled, rebalances.as_of_date) as is_scheduled

    from construction.rebalances as rebalances

    where rebalances.strategy = strategy and rebalances.as_of_date <= cast(day as date)

),

asked_asset as (

    select
        assets.symbol,
        assets.asset_class,
        assets.venue

    from prepared.assets as assets

    where assets.symbol = symbol

)
{%- endmacro %}
