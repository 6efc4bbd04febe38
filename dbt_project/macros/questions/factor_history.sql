{# factor_history(symbol): all factor values of one name. #}
{% macro factor_history() -%}
select
    factor_values.as_of_date,
    factor_values.symbol,
    factor_values.factor,
    factor_registry.family,
    factor_registry.direction,
    factor_registry.unit,
    factor_values.raw_value,
    factor_values.winsorized_value,
    factor_values.z_score,
    factor_values.rank_pct,
    factor_registry.direction * (factor_values.rank_pct - 0.5) as feature,
    factor_values.n_names

from factors.factor_values as factor_values

inner join factors.factor_registry as factor_registry
    on
        factor_values.factor = factor_registry.factor
        and factor_values.asset_class = factor_registry.asset_class

where factor_values.symbol = symbol

order by factor_values.as_of_date, factor_values.factor
{%- endmacro %}
