{# SHAP importance of each factor in each fold's out-of-sample scores. #}
select
    unnested.model,
    unnested.fold_id,
    unnested.factor,
    unnested.asset_class,
    unnested.fold_end_date,
    unnested.mean_abs_shap,
    unnested.mean_shap

from (
    select
        model_fits.model,
        model_fits.fold_id,
        model_fits.asset_class,
        model_fits.fold_end_date,
        -- No alias: it becomes one column per field.
        unnest(model_fits.importance, recursive := true)  -- noqa: AL03

    from {{ ref('model_fits') }} as model_fits
) as unnested
