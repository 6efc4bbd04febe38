-- How each model's scores did over all its test months, best first.
select
    model_metrics.asset_class,
    model_metrics.model,
    model_metrics.test_start_date as first_date,
    model_metrics.n_ranked_dates,
    model_metrics.rank_ic,
    model_metrics.rank_ic_t_stat,
    model_metrics.rank_ic_critical_value,
    model_metrics.rank_ic_over_composite,
    model_metrics.rank_ic_over_composite_t_stat,
    model_metrics.r2_oos

from scores.model_metrics as model_metrics

where model_metrics.is_overall

order by
    model_metrics.asset_class desc,
    model_metrics.rank_ic desc nulls last,
    model_metrics.model asc
