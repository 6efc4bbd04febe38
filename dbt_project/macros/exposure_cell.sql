{# The column that holds the cell of a symmetric matrix whose terms stand in this order. #}
{% macro exposure_cell(terms, one, other) -%}
    {%- set ordered = [one, other] if terms.index(one) <= terms.index(other) else [other, one] -%}
    {{- ordered | join('_by_') -}}
{%- endmacro %}
