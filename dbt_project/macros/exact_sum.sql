{# A sum of numbers below 1e10 that is the same in whatever order they come: of 28 decimals. #}
{% macro exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as decimal(38, 28))) as double)
{%- endmacro %}
