-- What the factors added to sampled scores of one refit, for those that matter most in it: at most
-- 200 scores, the same on every reading.
with

sampled as (

    select
        shap_values.*,
        dense_rank() over (
            order by
                hash(shap_values.symbol, shap_values.as_of_date), shap_values.symbol,
                shap_values.as_of_date
        ) as sample_no

    from scores.shap_values as shap_values

    where
        shap_values.model = $model
        and shap_values.asset_class = $asset_class
        and shap_values.fold_id = $fold_id

),

places as (

    select
        sampled.factor,
        row_number() over (
            order by avg(abs(sampled.shap_value)) desc nulls last, sampled.factor asc
        ) as place

    from sampled

    group by sampled.factor

)

select
    places.place,
    sampled.factor,
    sampled.symbol,
    sampled.as_of_date,
    sampled.feature_value,
    sampled.shap_value

from sampled

inner join places on sampled.factor = places.factor

where places.place <= $n_rows and sampled.sample_no <= 200

order by places.place, sampled.sample_no
