{# The registry rows that this build computes, of one family or asset class if asked. #}
{% macro registered_factors(family=none, asset_class=none) -%}
    {%- set kept = [] -%}
    {%- for factor in var('factors') -%}
        {%- if (not var('selected_factors') or factor.name in var('selected_factors'))
            and (family is none or factor.family == family)
            and (asset_class is none or asset_class in factor.asset_classes) -%}
            {%- do kept.append(factor) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(kept) }}
{%- endmacro %}
