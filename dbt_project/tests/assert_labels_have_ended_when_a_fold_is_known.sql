{# What is said of a fold counts as known from a day on which each label of its scores had ended. #}
select
    model_scores.model,
    model_scores.fold_id,
    max(training_targets.label_end_date) as last_label_end_date,
    max(folds.known_on_date) as known_on_date

from {{ ref('model_scores') }} as model_scores

inner join {{ ref('folds') }} as folds
    on
        model_scores.model = folds.model
        and model_scores.fold_id = folds.fold_id

inner join {{ ref('training_targets') }} as training_targets
    on
        model_scores.as_of_date = training_targets.as_of_date
        and model_scores.symbol = training_targets.symbol

group by model_scores.model, model_scores.fold_id

having max(training_targets.label_end_date) > max(folds.known_on_date)
