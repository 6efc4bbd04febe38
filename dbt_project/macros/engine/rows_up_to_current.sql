{# A frame of so many rows up to and with the current one, where the row is asked for: DuckDB #}
{# spares the others, whose frame is empty. Spark knows constant frames alone. #}
{% macro rows_up_to_current(n_rows, is_asked) -%}
    {{ return(adapter.dispatch('rows_up_to_current', 'factorhouse')(n_rows, is_asked)) }}
{%- endmacro %}

{% macro default__rows_up_to_current(n_rows, is_asked) -%}
    rows between (case when {{ is_asked }} then {{ n_rows - 1 }} else 0 end) preceding
    and (case when {{ is_asked }} then 0 else 1 end) preceding
{%- endmacro %}

{% macro spark__rows_up_to_current(n_rows, is_asked) -%}
    rows between {{ n_rows - 1 }} preceding and current row
{%- endmacro %}
