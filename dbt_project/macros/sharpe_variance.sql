{# Of the Sharpe ratio per period of one row of moments: its squared standard error times the #}
{# number of days less one, for returns of any shape. Bailey and Lopez de Prado (2012). #}
{% macro sharpe_variance(moments) -%}
    1
    - {{ moments }}.skewness * {{ moments }}.mean_excess / {{ moments }}.std_excess
    + ({{ moments }}.kurtosis - 1)
    / 4
    * power({{ moments }}.mean_excess / {{ moments }}.std_excess, 2)
{%- endmacro %}
