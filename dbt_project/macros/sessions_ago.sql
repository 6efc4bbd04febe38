{# A column of prices_daily so many sessions ago: over a window named history, or, where a few of #}
{# all rows are asked for, in a group of rows looked up, each n_back sessions ago. #}
{% macro sessions_ago(column, n_sessions, looked_up=false) -%}
    {%- if looked_up -%}
        max(case when n_back = {{ n_sessions }} then {{ column }} end)
    {%- else -%}
        lag({{ column }}, {{ n_sessions }}) over history
    {%- endif -%}
{%- endmacro %}
