{# What the factors added and what the model expects of nobody in particular make the score. #}
select
    shap_values.model,
    shap_values.fold_id,
    shap_values.as_of_date,
    shap_values.symbol,
    max(shap_values.model_score) - max(shap_values.base_value) as above_base,
    sum(shap_values.shap_value) as explained

from {{ ref('shap_values') }} as shap_values

group by
    shap_values.model, shap_values.fold_id, shap_values.as_of_date, shap_values.symbol

having
    not coalesce(
        abs(
            max(shap_values.model_score)
            - max(shap_values.base_value)
            - sum(shap_values.shap_value)
        ) < 1e-6,
        false
    )
