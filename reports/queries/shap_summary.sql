-- Share of each factor in a model's mean absolute SHAP value over all explained rows, for the
-- twelve factors that count most in one model; and that model's sample of single values. The model
-- is chosen by name, never by result: xgboost where it is, else the first of the registry.
with

means as (

    select
        feature_importance.asset_class,
        feature_importance.model,
        feature_importance.factor,
        sum(feature_importance.mean_abs_shap * feature_importance.n_explained)
        / nullif(sum(feature_importance.n_explained), 0) as mean_abs_shap

    from scores.feature_importance as feature_importance

    group by
        feature_importance.asset_class, feature_importance.model, feature_importance.factor

),

shares as (

    select
        means.asset_class,
        means.model,
        means.factor,
        means.mean_abs_shap
        / nullif(
            sum(means.mean_abs_shap) over (partition by means.asset_class, means.model), 0
        ) as share,
        dense_rank() over (
            partition by means.asset_class
            order by
                case when means.model = 'xgboost' then 0 else 1 end,
                list_position($models, means.model) nulls last,
                means.model
        ) = 1 as is_drawn

    from means

),

drawn_factors as (

    select
        shares.asset_class,
        shares.factor,
        row_number() over (
            partition by shares.asset_class
            order by shares.share desc nulls last, shares.factor asc
        ) as place

    from shares

    where shares.is_drawn

    qualify place <= 12

)

select
    shares.asset_class,
    shares.model,
    shares.factor,
    drawn_factors.place,
    shares.share,
    shares.is_drawn,
    shap_values.as_of_date as date,
    shap_values.symbol,
    shap_values.feature_value,
    shap_values.shap_value

from shares

inner join drawn_factors
    on
        shares.asset_class = drawn_factors.asset_class
        and shares.factor = drawn_factors.factor

left join scores.shap_values as shap_values
    on
        shares.is_drawn
        and shares.asset_class = shap_values.asset_class
        and shares.model = shap_values.model
        and shares.factor = shap_values.factor

order by
    shares.asset_class desc,
    drawn_factors.place asc,
    shares.model asc,
    shap_values.as_of_date asc,
    shap_values.symbol asc
