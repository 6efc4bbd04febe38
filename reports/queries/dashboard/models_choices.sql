-- The models that were judged out of sample, by asset class.
select
    model_metrics.model,
    model_metrics.asset_class

from scores.model_metrics as model_metrics

where model_metrics.is_overall

order by model_metrics.model asc, model_metrics.asset_class desc
