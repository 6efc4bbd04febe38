{# What a fold is fitted with was chosen on labels that had all ended at its first test date: in #}
{# a fold of the same model that learned up to no later day. A pooled model may have chosen #}
{# before there was anything to score in a class: its fold then has no row there. #}
select
    model_fits.model,
    model_fits.fold_id,
    model_fits.tuned_in,
    model_fits.test_start_date,
    tuning_fits.train_label_end_date

from {{ ref('model_fits') }} as model_fits

left join {{ ref('model_fits') }} as tuning_fits
    on
        model_fits.model = tuning_fits.model
        and model_fits.tuned_in = tuning_fits.fold_id

where
    model_fits.status <> 'skipped'
    and not coalesce(
        tuning_fits.train_end_date <= model_fits.train_end_date
        and tuning_fits.train_label_end_date <= model_fits.test_start_date,
        model_fits.is_pooled and tuning_fits.fold_id is null
    )
