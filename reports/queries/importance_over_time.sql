-- Importance of each factor by fold, averaged over models: its share of the model's mean absolute
-- SHAP value, and what shuffling it takes from the model's rank correlation. Pooled models begin
-- earlier than those of one class: they count only where there are no others.
with

chosen as (

    select
        folds.model,
        folds.fold_id,
        folds.asset_class,
        folds.test_start_date,
        folds.test_end_date

    from scores.folds as folds

    qualify folds.is_pooled = bool_and(folds.is_pooled) over (partition by folds.asset_class)

),

shares as (

    select
        chosen.asset_class,
        chosen.fold_id,
        chosen.model,
        chosen.test_start_date,
        chosen.test_end_date,
        feature_importance.factor,
        feature_importance.permutation_importance,
        feature_importance.mean_abs_shap
        / nullif(
            sum(feature_importance.mean_abs_shap) over (
                partition by chosen.asset_class, chosen.fold_id, chosen.model
            ), 0
        ) as share

    from chosen

    inner join scores.feature_importance as feature_importance
        on
            chosen.model = feature_importance.model
            and chosen.fold_id = feature_importance.fold_id
            and chosen.asset_class = feature_importance.asset_class

)

select
    shares.asset_class,
    shares.fold_id,
    shares.factor,
    avg(shares.share) as share,
    avg(shares.permutation_importance) as permutation_importance,
    count(distinct shares.model) as n_models,
    min(shares.test_start_date) as first_date,
    max(shares.test_end_date) as last_date

from shares

group by shares.asset_class, shares.fold_id, shares.factor

order by shares.asset_class desc, first_date asc, shares.factor asc
