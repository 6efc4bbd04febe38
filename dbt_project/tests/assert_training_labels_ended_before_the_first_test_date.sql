{# Purge: all that a fold learned from had ended at the decision instant of its first test date. #}
select
    model_fits.model,
    model_fits.fold_id,
    model_fits.train_end_date,
    model_fits.train_label_end_date,
    model_fits.test_start_date

from {{ ref('model_fits') }} as model_fits

where
    model_fits.status <> 'skipped'
    and not coalesce(
        model_fits.train_label_end_date <= model_fits.test_start_date
        and model_fits.train_end_date < model_fits.train_label_end_date,
        false
    )
