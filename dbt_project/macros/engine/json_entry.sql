{# The text that a JSON object holds under the key that a column names. #}
{% macro json_entry(json, key) -%}
    {{ return(adapter.dispatch('json_entry', 'factorhouse')(json, key)) }}
{%- endmacro %}

{% macro default__json_entry(json, key) -%}
    json_extract_string({{ json }}, concat('$."', {{ key }}, '"'))
{%- endmacro %}

{% macro spark__json_entry(json, key) -%}
    get_json_object({{ json }}, concat('$[''', {{ key }}, ''']'))
{%- endmacro %}
