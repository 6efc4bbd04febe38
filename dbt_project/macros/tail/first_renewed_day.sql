{# The first day of which the model that it is used in makes rows: all days but in a tail build. #}
{% macro first_renewed_day() -%}
    {%- set spec = grows(model) -%}
    cast('{{ renewed_from(spec) if spec else "0001-01-01" }}' as date)
{%- endmacro %}
