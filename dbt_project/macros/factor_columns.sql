{# A family's registered columns of a relation, each after a comma; each is empty for the asset #}
{# classes it is not registered for. #}
{% macro factor_columns(family, relation) -%}
    {%- for factor in registered_factors(family) -%}
        ,
        case
            when
                {{ relation }}.asset_class in ('{{ factor.asset_classes | join("', '") }}')
                then {{ relation }}.{{ factor.name }}
        end as {{ factor.name }}
    {%- endfor -%}
{%- endmacro %}
