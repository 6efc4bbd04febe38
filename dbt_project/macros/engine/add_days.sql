{# A date moved by a number of days that may differ by row. #}
{% macro add_days(day, n_days) -%}
    {{ return(adapter.dispatch('add_days', 'factorhouse')(day, n_days)) }}
{%- endmacro %}

{% macro default__add_days(day, n_days) -%}
    ({{ day }} + cast({{ n_days }} as integer))
{%- endmacro %}

{% macro spark__add_days(day, n_days) -%}
    date_add({{ day }}, cast({{ n_days }} as int))
{%- endmacro %}
