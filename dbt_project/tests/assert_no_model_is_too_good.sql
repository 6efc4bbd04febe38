{# Monthly returns cannot be ranked so well: a model with a mean rank IC above 0.5 over a year or #}
{# more has seen what it predicts. #}
select
    model_metrics.model,
    model_metrics.fold_id,
    model_metrics.rank_ic

from {{ ref('model_metrics') }} as model_metrics

where
    model_metrics.is_overall
    and model_metrics.n_ranked_dates >= 12
    and model_metrics.rank_ic > 0.5
