{# How a common table expression is worked out once, and kept whole: behind the items of a list #}
{# DuckDB 2.0 fails on a join of large tables ("global dictionary column changed identity") else. #}
{% macro materialized() -%}
    {{ return(adapter.dispatch('materialized', 'factorhouse')()) }}
{%- endmacro %}

{% macro default__materialized() -%}
    materialized
{%- endmacro %}

{% macro spark__materialized() -%}
{%- endmacro %}
