{# A score belongs to the test span of its own fold, after every label the fold learned from; one #}
{# of the ensemble to that of every member it may be the mean of. #}
select
    model_scores.model,
    model_scores.fold_id,
    model_scores.symbol,
    model_scores.as_of_date

from {{ ref('model_scores') }} as model_scores

left join {{ ref('evaluated_spans') }} as spans
    on
        model_scores.model = spans.model
        and model_scores.fold_id = spans.fold_id
        and not spans.is_overall

where
    not coalesce(
        model_scores.as_of_date >= spans.train_label_end_date
        and model_scores.as_of_date between spans.test_start_date and spans.test_end_date,
        false
    )
