{# The hyper-parameters of each refit, fixed and chosen, one a row; and the rank IC that the #}
{# chosen ones reached inside the training window of the fold they were chosen in. #}
with

chosen as (

    select
        unnested.model,
        unnested.fold_id,
        max(unnested.validation_rank_ic) as validation_rank_ic

    from (
        select
            model_fits.model,
            model_fits.fold_id,
            -- No alias: it becomes one column per field.
            {{ rows_of('model_fits.tuning') }}  -- noqa: AL03

        from {{ ref('model_fits') }} as model_fits
    ) as unnested

    where unnested.is_chosen

    group by unnested.model, unnested.fold_id

),

entries as (

    select
        model_fits.model,
        model_fits.fold_id,
        model_fits.asset_class,
        model_fits.test_start_date,
        model_fits.parameters,
        model_fits.tuned_in,
        model_fits.n_tried,
        {{ items_of(json_keys('model_fits.parameters')) }} as parameter

    from {{ ref('model_fits') }} as model_fits

    where model_fits.status = 'fitted'

)

select
    entries.model,
    entries.fold_id,
    entries.parameter,
    entries.asset_class,
    entries.test_start_date as known_on_date,
    {{ json_entry('entries.parameters', 'entries.parameter') }} as value,
    entries.tuned_in,
    chosen.validation_rank_ic,
    entries.n_tried

from entries

left join chosen
    on
        entries.model = chosen.model
        and entries.fold_id = chosen.fold_id
