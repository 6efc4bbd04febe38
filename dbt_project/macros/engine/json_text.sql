{# The text that a JSON object holds under a key. #}
{% macro json_text(json, key) -%}
    {{ return(adapter.dispatch('json_text', 'factorhouse')(json, key)) }}
{%- endmacro %}

{% macro default__json_text(json, key) -%}
    json_extract_string({{ json }}, '$.{{ key }}')
{%- endmacro %}

{% macro spark__json_text(json, key) -%}
    get_json_object({{ json }}, '$.{{ key }}')
{%- endmacro %}
