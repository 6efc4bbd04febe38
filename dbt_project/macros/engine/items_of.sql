{# The items of a list, a row each. #}
{% macro items_of(list) -%}
    {{ return(adapter.dispatch('items_of', 'factorhouse')(list)) }}
{%- endmacro %}

{% macro default__items_of(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__items_of(list) -%}
    explode({{ list }})
{%- endmacro %}
