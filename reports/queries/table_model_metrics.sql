-- How each model's out-of-sample scores did, by fold and over all folds of an asset class.
select model_metrics.*  -- noqa: AM04

from scores.model_metrics as model_metrics

order by model_metrics.asset_class, model_metrics.model, model_metrics.fold_id
