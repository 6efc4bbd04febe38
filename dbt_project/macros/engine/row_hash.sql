{# A number of 64 bits that a row's values give, the same on every machine and run of one engine. #}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'factorhouse')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
