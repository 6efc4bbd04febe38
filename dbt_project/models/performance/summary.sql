{{ config(tags=['sweep']) }}
{# Each strategy in one row, net of cost. Annualization A = n / years spanned by the dates. What #}
{# a ruined book owes beyond its capital is not in ann_return, which is then -1. #}
{# Sweeps have no bootstrap: a thousand strategies are told apart by their luck. #}
select
    moments.strategy,
    moments.first_date,
    moments.last_date,
    moments.n_days,
    moments.periods_per_year,
    {{ annual_metrics('moments') }},
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

left join {{ ref('luck') }} as luck on moments.strategy = luck.strategy

{% if not var('sweep') %}
    left join {{ ref('sharpe_bootstrap') }} as sharpe_bootstrap
        on moments.strategy = sharpe_bootstrap.strategy
{% endif %}

left join {{ ref('ruins') }} as ruins on moments.strategy = ruins.strategy
