-- Out-of-sample quality of the chosen models of a class: all refits together, and each.
select
    model_metrics.model,
    model_metrics.fold_id,
    model_metrics.is_overall,
    model_metrics.test_start_date,
    model_metrics.test_end_date,
    model_metrics.rank_ic,
    model_metrics.rank_ic
    - model_metrics.rank_ic_critical_value * model_metrics.rank_ic_se as lower_ic,
    model_metrics.rank_ic
    + model_metrics.rank_ic_critical_value * model_metrics.rank_ic_se as upper_ic,
    model_metrics.rank_ic_t_stat,
    model_metrics.rank_ic_over_composite,
    model_metrics.rank_ic_over_composite_t_stat,
    model_metrics.r2_oos,
    model_metrics.hit_rate_top_fifth,
    model_metrics.spread_top_bottom,
    model_metrics.n_train,
    model_metrics.n_test

from scores.model_metrics as model_metrics

where
    model_metrics.asset_class = $asset_class
    and list_contains(cast($models as varchar[]), model_metrics.model)

order by model_metrics.model, model_metrics.test_start_date, model_metrics.test_end_date
