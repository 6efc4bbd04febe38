{# Months since the year 0 of a date: neighbouring months have neighbouring numbers. #}
{% macro month_number(day) -%}
    (extract(year from {{ day }}) * 12 + extract(month from {{ day }}))
{%- endmacro %}
