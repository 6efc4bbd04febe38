{# A list of the whole numbers from one to another, both included; of none where they go down. #}
{% macro numbers_between(first, last) -%}
    {{ return(adapter.dispatch('numbers_between', 'factorhouse')(first, last)) }}
{%- endmacro %}

{% macro default__numbers_between(first, last) -%}
    generate_series({{ first }}, {{ last }})
{%- endmacro %}

{% macro spark__numbers_between(first, last) -%}
    case when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}) end
{%- endmacro %}
