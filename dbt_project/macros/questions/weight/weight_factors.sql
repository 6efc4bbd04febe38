{# The CTEs `score_factors`, the factors that the score is made of; and `factor_items`, the #}
{# values of each. #}
{% macro weight_factors() -%}
score_factors as (

    select distinct
        factor_registry.factor,
        factor_registry.asset_class

    from factors.factor_registry as factor_registry

    inner join asked_asset on factor_registry.asset_class = asked_asset.asset_class

    cross join asked_strategy

    where
        factor_registry.factor = asked_strategy.score_name
        or concat('composite_', factor_registry.family) = asked_strategy.score_name
        or asked_strategy.score_name in (
            'composite', 'ensemble', '{{ var("ml_models") | map(attribute="name") | join("', '") }}'
        )

),

factor_rows as (

    select
        ranked.*,
        concat(ranked.factor, ': ') as part,
        row_number() over (order by ranked.factor) as place

    from explain_factor(
        (select asked_decision.as_of_date from asked_decision),
        symbol,
        (select case count(*) when 1 then max(score_factors.factor) end from score_factors)
    ) as ranked

    inner join score_factors on ranked.factor = score_factors.factor

    where
        ranked.is_asked
        and exists (
            select 1

            from is_explained
        )

),

factor_items as (

    {{ explained_items('factor', 'factors.factor_values', 'factor_rows', 'as_of_date', [
        {'name': 'raw_value', 'unit': 'raw value'},
        {'name': 'lower_bound', 'unit': 'winsor bound'},
        {'name': 'upper_bound', 'unit': 'winsor bound'},
        {'name': 'winsorized_value', 'unit': 'raw value within the bounds'},
        {'name': 'neutralized_value', 'unit': 'less what sector and size explain, where asked'},
        {'name': 'mean_value', 'unit': 'of the cross-section'},
        {'name': 'deviation', 'unit': 'population standard deviation of the cross-section'},
        {'name': 'z_score', 'unit': '(value - mean) / deviation'},
        {'name': 'rank_pct', 'unit': '(average rank - 0.5) / n_names'},
        {'name': 'n_names', 'unit': 'names in the cross-section'},
        {'name': 'direction', 'unit': '1: high is expected to earn more'},
        {'name': 'country', 'is_text': true, 'unit': 'cross-section'},
    ], place='place', part='part') }}

)
{%- endmacro %}
