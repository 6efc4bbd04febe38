{# A polynomial of a column by Horner's scheme; coefficients of the powers 0, 1, 2 ... #}
{% macro polynomial(x, coefficients) -%}
    {%- if coefficients | length == 1 -%}
        cast({{ coefficients[0] }} as double)
    {%- else -%}
        ({{ coefficients[0] }} + {{ x }} * {{ polynomial(x, coefficients[1:]) }})
    {%- endif -%}
{%- endmacro %}
