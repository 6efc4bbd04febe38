{# A sum that is the same to the last bit in whatever order the numbers come: in decimals, of #}
{# which 28 stand behind the point. The numbers must lie well below 1e10. #}
{% macro exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as decimal(38, 28))) as double)
{%- endmacro %}
