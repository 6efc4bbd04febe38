{# Out-of-sample scores: every fold scores only dates after all it learned from had ended. #}
select
    unnested.as_of_date,
    unnested.symbol,
    unnested.asset_class,
    unnested.model,
    unnested.model_score,
    unnested.fold_id

from (
    select
        model_fits.asset_class,
        model_fits.model,
        model_fits.fold_id,
        -- No alias: it becomes one column per field.
        unnest(model_fits.scores, recursive := true)  -- noqa: AL03

    from {{ ref('model_fits') }} as model_fits
) as unnested
