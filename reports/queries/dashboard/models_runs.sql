-- What became of each refit of the chosen models of a class, failures first.
select
    model_runs.model,
    model_runs.fold_id,
    model_runs.status,
    model_runs.reason,
    model_runs.notes,
    model_runs.n_train,
    model_runs.n_test,
    model_runs.seconds

from scores.model_runs as model_runs

where
    model_runs.asset_class = $asset_class
    and list_contains(cast($models as varchar[]), model_runs.model)

order by
    case model_runs.status when 'failed' then 0 when 'skipped' then 2 else 1 end asc,
    model_runs.model asc,
    model_runs.fold_id asc
