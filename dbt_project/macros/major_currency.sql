{# The major currency of a quote: GBp is GBP, ZAc is ZAR, ILA is ILS. #}
{% macro major_currency(currency) -%}
    case {{ currency }}
        when 'GBp' then 'GBP'
        when 'GBX' then 'GBP'
        when 'ZAc' then 'ZAR'
        when 'ILA' then 'ILS'
        else {{ currency }}
    end
{%- endmacro %}
