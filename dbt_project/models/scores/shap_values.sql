{# What each factor added to single scores, of an even sample of each refit's: they add up to the #}
{# score less the model's base value. Lundberg and Lee (2017). #}
select
    unnested.model,
    unnested.fold_id,
    unnested.as_of_date,
    unnested.symbol,
    unnested.factor,
    unnested.asset_class,
    unnested.fold_end_date,
    unnested.base_value,
    unnested.model_score,
    unnested.feature_value,
    unnested.shap_value

from (
    select
        model_fits.model,
        model_fits.fold_id,
        model_fits.asset_class,
        model_fits.fold_end_date,
        model_fits.base_value,
        -- No alias: it becomes one column per field.
        {{ rows_of('model_fits.shap_sample') }}  -- noqa: AL03

    from {{ ref('model_fits') }} as model_fits
) as unnested
