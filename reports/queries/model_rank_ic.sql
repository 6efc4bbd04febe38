-- Rank correlation of each model's out-of-sample scores with the next month's return, by fold.
select
    model_metrics.asset_class,
    model_metrics.model,
    model_metrics.fold_id,
    model_metrics.test_start_date as first_date,
    model_metrics.test_end_date as last_date,
    model_metrics.rank_ic,
    model_metrics.n_dates,
    sum(model_metrics.rank_ic * model_metrics.n_dates) over by_model
    / nullif(sum(model_metrics.n_dates) over by_model, 0) as mean_rank_ic

from scores.model_metrics as model_metrics

where
    model_metrics.rank_ic is not null
    and not model_metrics.is_overall

window by_model as (partition by model_metrics.asset_class, model_metrics.model)

order by
    model_metrics.asset_class desc, model_metrics.model asc, model_metrics.test_start_date asc
