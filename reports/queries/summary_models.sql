-- How each model's scores did over all its test months, asset class by asset class.
select
    model_metrics.asset_class,
    model_metrics.model,
    model_metrics.n_ranked_dates as n_months,
    model_metrics.rank_ic,
    model_metrics.rank_ic_t_stat as t_stat,
    model_metrics.rank_ic_critical_value as critical_value,
    model_metrics.rank_ic_over_composite as over_composite,
    model_metrics.rank_ic_over_composite_t_stat as over_composite_t_stat

from scores.model_metrics as model_metrics

where model_metrics.is_overall

order by
    model_metrics.asset_class desc,
    model_metrics.rank_ic desc nulls last,
    model_metrics.model asc
