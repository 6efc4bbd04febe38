{# Market impact in bps of a trade worth so many US dollars, on the terms of a decision. #}
{% macro impact_bps(terms, value_usd) -%}
    {{ terms }}.half_power * sqrt({{ value_usd }})
    + {{ terms }}.full_power * {{ value_usd }}
    + {{ terms }}.three_fifths_power * power({{ value_usd }}, 0.6)
{%- endmacro %}
