-- Rank correlation of each model's scores over all its test months, and the same less the
-- composite's of the same months, each with half its 95 % interval (fixed-b critical value).
select
    model_metrics.asset_class,
    model_metrics.model,
    model_metrics.rank_ic,
    model_metrics.rank_ic_critical_value * model_metrics.rank_ic_se as rank_ic_error,
    model_metrics.rank_ic_over_composite as over_composite,
    model_metrics.rank_ic_critical_value
    * abs(
        model_metrics.rank_ic_over_composite
        / nullif(model_metrics.rank_ic_over_composite_t_stat, 0)
    ) as over_composite_error,
    model_metrics.n_ranked_dates as n_dates,
    model_metrics.test_start_date as first_date,
    model_metrics.test_end_date as last_date

from scores.model_metrics as model_metrics

where
    model_metrics.is_overall
    and model_metrics.rank_ic is not null

order by model_metrics.asset_class desc, model_metrics.rank_ic desc, model_metrics.model asc
