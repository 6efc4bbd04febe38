{# The keys of a JSON object as a list. #}
{% macro json_keys(json) -%}
    {{ return(adapter.dispatch('json_keys', 'factorhouse')(json)) }}
{%- endmacro %}

{% macro default__json_keys(json) -%}
    json_keys({{ json }})
{%- endmacro %}

{% macro spark__json_keys(json) -%}
    json_object_keys({{ json }})
{%- endmacro %}
