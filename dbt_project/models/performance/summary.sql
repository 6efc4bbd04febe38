{{ config(tags=['sweep']) }}
{# Each strategy in one row, net of cost. Annualization A = n / years spanned by the dates. What #}
{# a ruined book owes beyond its capital is not in ann_return, which is then -1. #}
{# Sweeps have no bootstrap: a thousand strategies are told apart by their luck. #}
with

growth as (

    select
        moments.strategy,
        power(moments.final_nav, moments.periods_per_year / moments.n_days) - 1 as ann_return

    from {{ ref('return_moments') }} as moments

)

select
    moments.strategy,
    moments.first_date,
    moments.last_date,
    moments.n_days,
    moments.periods_per_year,
    growth.ann_return,
    moments.std_return * sqrt(moments.periods_per_year) as ann_vol,
    moments.mean_excess / moments.std_excess * sqrt(moments.periods_per_year) as sharpe,
    moments.mean_excess / nullif(moments.downside_deviation, 0)
    * sqrt(moments.periods_per_year) as sortino,
    moments.max_drawdown,
    growth.ann_return / nullif(abs(moments.max_drawdown), 0) as calmar,
    moments.periods_per_year * moments.mean_turnover as ann_turnover,
    moments.beta,
    power(
        1 + moments.mean_excess - moments.beta * moments.mean_benchmark_excess,
        moments.periods_per_year
    )
    - 1 as alpha_ann,
    moments.mean_active / nullif(moments.std_active, 0) * sqrt(moments.periods_per_year)
        as information_ratio,
    moments.hit_rate,
    moments.mean_gross_exposure,
    moments.periods_per_year * moments.total_cost_return / moments.n_days as ann_cost,
    ruins.ruin_date,
    moments.skewness,
    moments.kurtosis,
    {% if var('sweep') %}
        cast(null as double) as sharpe_lower,
        cast(null as double) as sharpe_upper,
    {% else %}
        sharpe_bootstrap.sharpe_lower,
        sharpe_bootstrap.sharpe_upper,
    {% endif %}
    luck.psr,
    luck.dsr,
    luck.n_trials,
    luck.min_track_record_years

from {{ ref('return_moments') }} as moments

inner join growth on moments.strategy = growth.strategy

left join {{ ref('luck') }} as luck on moments.strategy = luck.strategy

{% if not var('sweep') %}
    left join {{ ref('sharpe_bootstrap') }} as sharpe_bootstrap
        on moments.strategy = sharpe_bootstrap.strategy
{% endif %}

left join {{ ref('ruins') }} as ruins on moments.strategy = ruins.strategy
