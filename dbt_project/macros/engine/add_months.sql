{# A date moved by a fixed number of calendar months. #}
{% macro add_months(day, n_months) -%}
    {{ return(adapter.dispatch('add_months', 'factorhouse')(day, n_months)) }}
{%- endmacro %}

{% macro default__add_months(day, n_months) -%}
    cast({{ day }} + to_months({{ n_months }}) as date)
{%- endmacro %}

{% macro spark__add_months(day, n_months) -%}
    add_months({{ day }}, {{ n_months }})
{%- endmacro %}
