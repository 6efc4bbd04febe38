{# The rows that a list of structs holds, one column per field. #}
{% macro rows_of(list) -%}
    {{ return(adapter.dispatch('rows_of', 'factorhouse')(list)) }}
{%- endmacro %}

{% macro default__rows_of(list) -%}
    unnest({{ list }}, recursive := true)
{%- endmacro %}

{% macro spark__rows_of(list) -%}
    inline({{ list }})
{%- endmacro %}
