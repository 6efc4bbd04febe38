-- The scores of every model, out of sample.
select
    model_scores.*,  -- noqa: AM04
    cast(year(model_scores.as_of_date) as integer) as year

from scores.model_scores as model_scores

order by model_scores.as_of_date, model_scores.model, model_scores.symbol
