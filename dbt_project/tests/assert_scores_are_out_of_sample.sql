{# A score belongs to the test span of its own fold, after every label the fold learned from. #}
select
    model_scores.model,
    model_scores.fold_id,
    model_scores.symbol,
    model_scores.as_of_date

from {{ ref('model_scores') }} as model_scores

left join {{ ref('evaluated_spans') }} as evaluated_spans
    on
        model_scores.model = evaluated_spans.model
        and model_scores.fold_id = evaluated_spans.fold_id

where
    not coalesce(
        model_scores.as_of_date >= evaluated_spans.train_label_end_date
        and model_scores.as_of_date between
        evaluated_spans.test_start_date and evaluated_spans.test_end_date,
        false
    )
