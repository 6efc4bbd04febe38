{# The families that have a registered factor in this build, in the registry's order. #}
{% macro factor_families() -%}
    {{ return(registered_factors() | map(attribute='family') | unique | list) }}
{%- endmacro %}
