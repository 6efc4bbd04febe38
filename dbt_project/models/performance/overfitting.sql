{{ config(tags=['sweep']) }}
{# The probability of backtest overfitting: the share of splits whose best in the days chosen is #}
{# at or below the median in the others; and what is left there of its Sharpe ratio, by the line #}
{# through the splits. Bailey, Borwein, Lopez de Prado and Zhu (2015). #}
select
    splits.peer_group,
    max(splits.n_strategies) as n_strategies,
    count(*) as n_splits,
    avg(case when splits.logit <= 0 then 1e0 else 0 end) as pbo,
    percentile_cont(0.5) within group (order by splits.logit) as median_logit,
    avg(case when splits.other_sharpe < 0 then 1e0 else 0 end) as loss_probability,
    covar_samp(splits.other_sharpe, splits.chosen_sharpe)
    / nullif(var_samp(splits.chosen_sharpe), 0) as degradation_slope,
    avg(splits.chosen_sharpe) as mean_chosen_sharpe,
    avg(splits.other_sharpe) as mean_other_sharpe

from {{ ref('overfitting_splits') }} as splits

group by splits.peer_group
