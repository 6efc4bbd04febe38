{# How the rows of a long table are stored, by the day: an update, and who asks for some days, #}
{# then reads those alone. What Spark made is brought in as it comes, and only read more slowly. #}
{% macro stored_by(day_column) -%}
    {{ return(adapter.dispatch('stored_by', 'factorhouse')(day_column)) }}
{%- endmacro %}

{% macro default__stored_by(day_column) -%}
    order by {{ day_column }}
{%- endmacro %}

{% macro spark__stored_by(day_column) -%}
{%- endmacro %}
