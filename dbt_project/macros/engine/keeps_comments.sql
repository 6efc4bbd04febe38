{# Whether an engine keeps what is said of tables and columns: Spark's tables live for one build. #}
{% macro keeps_comments() -%}
    {{ return(adapter.dispatch('keeps_comments', 'factorhouse')()) }}
{%- endmacro %}

{% macro default__keeps_comments() -%}
    {{ return(true) }}
{%- endmacro %}

{% macro spark__keeps_comments() -%}
    {{ return(false) }}
{%- endmacro %}
