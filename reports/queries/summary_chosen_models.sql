-- The scoring models of this build.
select distinct model_runs.model

from scores.model_runs as model_runs
