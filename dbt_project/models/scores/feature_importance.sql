{# What each factor is worth to each refit, on the rows it scored: its SHAP values, and how far #}
{# the rank IC falls when it is shuffled. #}
select
    unnested.model,
    unnested.fold_id,
    unnested.factor,
    unnested.asset_class,
    unnested.fold_end_date,
    unnested.known_on_date,
    unnested.mean_abs_shap,
    unnested.mean_shap,
    unnested.permutation_importance,
    unnested.n_explained

from (
    select
        model_fits.model,
        model_fits.fold_id,
        folds.asset_class,
        folds.fold_end_date,
        folds.known_on_date,
        -- No alias: it becomes one column per field.
        {{ rows_of('model_fits.importance') }}  -- noqa: AL03

    from {{ ref('model_fits') }} as model_fits

    inner join {{ ref('folds') }} as folds
        on
            model_fits.model = folds.model
            and model_fits.fold_id = folds.fold_id
) as unnested
