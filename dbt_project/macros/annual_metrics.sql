{# The metrics per year of the moments of one row of return_moments, A = periods_per_year: the #}
{# columns that performance.summary and metrics_between share. #}
{% macro annual_metrics(moments) -%}
    {%- set years = moments ~ '.periods_per_year' -%}
    {%- set ann_return -%}
        power({{ moments }}.final_nav, {{ years }} / {{ moments }}.n_days) - 1
    {%- endset -%}
    {{ ann_return }} as ann_return,
    {{ moments }}.std_return * sqrt({{ years }}) as ann_vol,
    {{ moments }}.mean_excess / {{ moments }}.std_excess * sqrt({{ years }}) as sharpe,
    {{ moments }}.mean_excess / nullif({{ moments }}.downside_deviation, 0) * sqrt({{ years }})
        as sortino,
    {{ moments }}.max_drawdown,
    ({{ ann_return }}) / nullif(abs({{ moments }}.max_drawdown), 0) as calmar,
    {{ years }} * {{ moments }}.mean_turnover as ann_turnover,
    {{ moments }}.beta,
    power(
        1 + {{ moments }}.mean_excess - {{ moments }}.beta * {{ moments }}.mean_benchmark_excess,
        {{ years }}
    )
    - 1 as alpha_ann,
    {{ moments }}.mean_active / nullif({{ moments }}.std_active, 0) * sqrt({{ years }})
        as information_ratio,
    {{ moments }}.hit_rate
{%- endmacro %}
