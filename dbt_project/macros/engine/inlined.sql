{# How a common table expression is read anew by each that names it: DuckDB would otherwise keep #}
{# one that is named twice, all its rows and columns, in memory or in files. Spark keeps none. #}
{% macro inlined() -%}
    {{ return(adapter.dispatch('inlined', 'factorhouse')()) }}
{%- endmacro %}

{% macro default__inlined() -%}
    not materialized
{%- endmacro %}

{% macro spark__inlined() -%}
{%- endmacro %}
