-- Rank correlation of each model's out-of-sample scores with the next month's return, by fold, the
-- composite's of the same fold, and the mean over all folds with half its 95 % interval.
select
    folds.asset_class,
    folds.model,
    folds.fold_id,
    folds.test_start_date as first_date,
    folds.test_end_date as last_date,
    folds.rank_ic,
    folds.n_ranked_dates as n_dates,
    composite.rank_ic as composite_rank_ic,
    overall.rank_ic as mean_rank_ic,
    overall.rank_ic_critical_value * overall.rank_ic_se as mean_error

from scores.model_metrics as folds

inner join scores.model_metrics as overall
    on
        folds.model = overall.model
        and folds.asset_class = overall.asset_class
        and overall.is_overall

left join scores.model_metrics as composite
    on
        folds.fold_id = composite.fold_id
        and folds.asset_class = composite.asset_class
        and composite.model = 'composite'

where
    not folds.is_overall
    and folds.rank_ic is not null

order by folds.asset_class desc, folds.model asc, folds.test_start_date asc
