{# Median over a named window: DuckDB takes an aggregate there, Spark its own percentile. #}
{% macro rolling_median(expression, window) -%}
    {{ return(adapter.dispatch('rolling_median', 'factorhouse')(expression, window)) }}
{%- endmacro %}

{% macro default__rolling_median(expression, window) -%}
    median({{ expression }}) over {{ window }}
{%- endmacro %}

{% macro spark__rolling_median(expression, window) -%}
    percentile({{ expression }}, 0.5) over {{ window }}
{%- endmacro %}
