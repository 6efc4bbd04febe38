{# The columns that count what was set aside for each reason. #}
{% macro quarantine_counts() -%}
    {%- set names = [] -%}
    {%- for reason in quarantine_reasons() -%}
        {%- do names.append('n_' ~ reason) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
