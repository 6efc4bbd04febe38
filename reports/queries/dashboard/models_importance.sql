-- What a model's scores move with: the mean size of each factor's share (SHAP) in each refit, for
-- the factors that matter most over all of them.
with

refits as (

    select feature_importance.*

    from scores.feature_importance as feature_importance

    where
        feature_importance.model = $model
        and feature_importance.asset_class = $asset_class

),

places as (

    select
        refits.factor,
        row_number() over (
            order by avg(refits.mean_abs_shap) desc nulls last, refits.factor asc
        ) as place

    from refits

    group by refits.factor

)

select
    places.place,
    refits.fold_id,
    year(refits.known_on_date) as year,
    refits.factor,
    refits.mean_abs_shap,
    refits.mean_shap,
    refits.permutation_importance,
    refits.n_explained

from refits

inner join places on refits.factor = places.factor

where places.place <= $n_rows

order by places.place, refits.known_on_date
