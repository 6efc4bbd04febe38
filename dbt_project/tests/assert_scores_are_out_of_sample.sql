{# A score belongs to the test span of its own fold, after every label the fold learned from. #}
select
    model_scores.model,
    model_scores.fold_id,
    model_scores.symbol,
    model_scores.as_of_date

from {{ ref('model_scores') }} as model_scores

left join {{ ref('model_fits') }} as model_fits
    on
        model_scores.model = model_fits.model
        and model_scores.fold_id = model_fits.fold_id

where
    not coalesce(
        model_scores.as_of_date >= model_fits.train_label_end_date
        and model_scores.as_of_date between
        model_fits.test_start_date and model_fits.test_end_date,
        false
    )
