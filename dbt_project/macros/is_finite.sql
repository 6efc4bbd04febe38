{# True for a number that is neither missing nor NaN nor infinite. #}
{% macro is_finite(expression) -%}
    coalesce(abs({{ expression }}) < cast('infinity' as double), false)
{%- endmacro %}
