{# A window function that passes over NULLs, ready for its `over`: DuckDB says so inside the #}
{# brackets, Spark behind them. #}
{% macro ignoring_nulls(function, arguments) -%}
    {{ return(adapter.dispatch('ignoring_nulls', 'factorhouse')(function, arguments)) }}
{%- endmacro %}

{% macro default__ignoring_nulls(function, arguments) -%}
    {{ function }}({{ arguments }} ignore nulls)
{%- endmacro %}

{% macro spark__ignoring_nulls(function, arguments) -%}
    {{ function }}({{ arguments }}) ignore nulls
{%- endmacro %}
