{# The score that SHAP values explain is the one the model gave. #}
select
    shap_values.model,
    shap_values.as_of_date,
    shap_values.symbol

from {{ ref('shap_values') }} as shap_values

left join {{ ref('model_scores') }} as model_scores
    on
        shap_values.model = model_scores.model
        and shap_values.as_of_date = model_scores.as_of_date
        and shap_values.symbol = model_scores.symbol
        and shap_values.fold_id = model_scores.fold_id

where not coalesce(shap_values.model_score = model_scores.model_score, false)
