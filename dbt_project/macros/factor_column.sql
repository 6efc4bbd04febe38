{# A registered factor's column of a relation, empty for asset classes it is not registered for. #}
{% macro factor_column(factor, relation) -%}
    case
        when
            {{ relation }}.asset_class in ('{{ factor.asset_classes | join("', '") }}')
            then {{ relation }}.{{ factor.name }}
    end as {{ factor.name }}
{%- endmacro %}
