{# Mean over standard deviation of the daily excess return that impact leaves a fund of so many #}
{# dollars, from the moments of one row of impact_moments. #}
{% macro sharpe_under_impact(moments, fund_usd) -%}
    (
        {{ moments }}.mean_excess
        - {{ moments }}.mean_concave * power({{ fund_usd }}, {{ moments }}.concave_power)
        - {{ moments }}.mean_full * {{ fund_usd }}
    )
    / nullif(
        sqrt(
            greatest(
                {{ moments }}.var_excess
                + {{ moments }}.var_concave * power({{ fund_usd }}, 2 * {{ moments }}.concave_power)
                + {{ moments }}.var_full * power({{ fund_usd }}, 2)
                - 2
                * {{ moments }}.covar_excess_concave
                * power({{ fund_usd }}, {{ moments }}.concave_power)
                - 2 * {{ moments }}.covar_excess_full * {{ fund_usd }}
                + 2
                * {{ moments }}.covar_concave_full
                * power({{ fund_usd }}, 1 + {{ moments }}.concave_power),
                0
            )
        ),
        0
    )
{%- endmacro %}
