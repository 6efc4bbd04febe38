-- The scoring models of this build, and how their fits in each asset class ended.
select distinct
    model_runs.model,
    model_runs.asset_class,
    model_runs.status

from scores.model_runs as model_runs

order by
    model_runs.model,
    model_runs.asset_class,
    model_runs.status
