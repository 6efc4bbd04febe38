{# The variable exposure_factors as one list: each factor's class, its name, and its column. #}
{% macro exposure_factors() -%}
    {%- set found = [] -%}
    {%- for asset_class, factors in var('exposure_factors').items() -%}
        {%- for factor in factors -%}
            {%- do found.append(
                {'asset_class': asset_class, 'name': factor, 'column': factor | lower}
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
