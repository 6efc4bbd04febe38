{# An item of a list by its place, the first is 1. #}
{% macro list_item(list, place) -%}
    {{ return(adapter.dispatch('list_item', 'factorhouse')(list, place)) }}
{%- endmacro %}

{% macro default__list_item(list, place) -%}
    list_extract({{ list }}, {{ place }})
{%- endmacro %}

{% macro spark__list_item(list, place) -%}
    element_at({{ list }}, cast({{ place }} as int))
{%- endmacro %}
