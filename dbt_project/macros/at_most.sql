{# True where a number is at or below a breakpoint, or so little above that only rounding is in it. #}
{% macro at_most(value, breakpoint) -%}
    {{ value }} <= {{ breakpoint }} + 1e-12 * abs({{ breakpoint }})
{%- endmacro %}
