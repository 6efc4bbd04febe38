-- The settings of each refit of a model, where they were chosen and how they did there.
select
    model_parameters.fold_id,
    model_parameters.parameter,
    model_parameters.value,
    model_parameters.known_on_date,
    model_parameters.tuned_in,
    model_parameters.validation_rank_ic,
    model_parameters.n_tried

from scores.model_parameters as model_parameters

where
    model_parameters.model = $model
    and model_parameters.asset_class = $asset_class

order by model_parameters.known_on_date, model_parameters.parameter
