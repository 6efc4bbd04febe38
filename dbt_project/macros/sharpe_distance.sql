{# How far a Sharpe ratio per period is from another, in standard errors: of a row with #}
{# period_sharpe, sharpe_variance and n_days. #}
{% macro sharpe_distance(measured, other) -%}
    ({{ measured }}.period_sharpe - {{ other }})
    * sqrt({{ measured }}.n_days - 1)
    / sqrt(nullif(greatest({{ measured }}.sharpe_variance, 0), 0))
{%- endmacro %}
