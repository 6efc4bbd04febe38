-- The scoring models of this build: refits made and failed by asset class, why the newest failed.
select
    model_runs.model,
    model_runs.asset_class,
    count(*) filter (where model_runs.status = 'fitted') as n_fitted,
    count(*) filter (where model_runs.status = 'failed') as n_failed,
    max_by(model_runs.reason, model_runs.fold_end_date)
        filter (where model_runs.status = 'failed') as reason

from scores.model_runs as model_runs

group by
    model_runs.model,
    model_runs.asset_class

order by
    model_runs.model,
    model_runs.asset_class
