{# How many units of the major currency one quoted unit is: pence, cents and agorot are a hundredth. #}
{% macro major_unit(currency) -%}
    case when {{ currency }} in ('GBp', 'GBX', 'ZAc', 'ILA') then 0.01 else 1 end
{%- endmacro %}
