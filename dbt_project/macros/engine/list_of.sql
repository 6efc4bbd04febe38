{# A list of the given expressions. #}
{% macro list_of(expressions) -%}
    {{ return(adapter.dispatch('list_of', 'factorhouse')(expressions)) }}
{%- endmacro %}

{% macro default__list_of(expressions) -%}
    list_value({{ expressions | join(', ') }})
{%- endmacro %}

{% macro spark__list_of(expressions) -%}
    array({{ expressions | join(', ') }})
{%- endmacro %}
