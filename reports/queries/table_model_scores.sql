-- Out-of-sample scores of every model.
select
    model_scores.as_of_date as date,
    model_scores.symbol as ticker,
    model_scores.model_score,
    model_scores.model,
    model_scores.fold_id

from scores.model_scores as model_scores

order by model_scores.as_of_date, model_scores.symbol, model_scores.model
