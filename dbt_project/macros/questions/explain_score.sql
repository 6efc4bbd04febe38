{# explain_score(day, symbol, score_name): a factor's rank, a composite's families and z-scores, #}
{# or a model's refit, parameters, features and SHAP values; of the ensemble, its members' scores. #}
{% macro explain_score() -%}
with

asked as (

    select
        assets.symbol,
        assets.asset_class,
        assets.country,
        max(factor_dates.as_of_date) as as_of_date

    from prepared.assets as assets

    inner join factors.factor_dates as factor_dates
        on
            assets.asset_class = factor_dates.asset_class
            and factor_dates.as_of_date <= cast(day as date)

    where assets.symbol = symbol

    group by all

),

registry as (

    select
        factor_registry.*,
        concat('composite_', factor_registry.family) as family_score

    from factors.factor_registry as factor_registry

    inner join asked on factor_registry.asset_class = asked.asset_class

),

ranked as (

    select
        factor_values.*,
        registry.family,
        registry.family_score,
        registry.direction

    from factors.factor_values as factor_values

    inner join asked on factor_values.as_of_date = asked.as_of_date

    inner join registry on factor_values.factor = registry.factor

    where factor_values.symbol = symbol

),

composites as (

    select composite_values.*

    from factors.composite_values as composite_values

    inner join asked on composite_values.as_of_date = asked.as_of_date

    where composite_values.symbol = symbol

),

scored as (

    select model_scores.*

    from scores.model_scores as model_scores

    inner join asked on model_scores.as_of_date = asked.as_of_date

    where model_scores.symbol = symbol

),

explained as (

    select shap_values.*

    from scores.shap_values as shap_values

    inner join asked on shap_values.as_of_date = asked.as_of_date

    where shap_values.symbol = symbol and shap_values.model = score_name

),

found as (

    select
        10 as place,
        'score' as stage,
        ranked.factor as item,
        ranked.direction * (ranked.rank_pct - 0.5) as value,
        cast(null as varchar) as value_text,
        'direction x (rank_pct - 0.5)' as unit,
        'factors.factor_values' as relation

    from ranked

    where ranked.factor = score_name

    union all

    -- Overall first, then the families that it averages.
    select
        case composites.composite when score_name then 10 else 20 end as place,
        'score' as stage,
        composites.composite as item,
        composites.composite_value as value,
        case composites.composite
            when 'composite' then 'mean of the families'
            else 'mean of the family''s directed z-scores'
        end as value_text,
        'z-score' as unit,
        'factors.composite_values' as relation

    from composites

    where
        composites.composite = score_name
        or (score_name = 'composite' and composites.composite <> 'composite')

    union all

    select
        30 as place,
        'score' as stage,
        ranked.factor as item,
        ranked.direction * ranked.z_score as value,
        ranked.family_score as value_text,
        'directed z-score' as unit,
        'factors.factor_values' as relation

    from ranked

    where
        ranked.z_score is not null
        and (score_name = 'composite' or ranked.family_score = score_name)

    union all

    select
        10 as place,
        'score' as stage,
        scored.model as item,
        scored.model_score as value,
        scored.fold_id as value_text,
        'predicted rank - 0.5' as unit,
        'scores.model_scores' as relation

    from scored

    where scored.model = score_name

    union all

    -- Of the ensemble: the scores that it standardizes and averages.
    select
        20 as place,
        'score' as stage,
        scored.model as item,
        scored.model_score as value,
        scored.fold_id as value_text,
        'predicted rank - 0.5' as unit,
        'scores.model_scores' as relation

    from scored

    where score_name = 'ensemble' and scored.model <> 'ensemble'

    union all

    select
        21 as place,
        'score' as stage,
        unnest(['learned from', 'learned until', 'labels had ended by', 'rows learned from'])
            as item,
        cast(unnest([null, null, null, folds.n_train]) as double) as value,
        unnest([
            cast(folds.train_start_date as varchar),
            cast(folds.train_end_date as varchar),
            cast(folds.train_label_end_date as varchar),
            null
        ]) as value_text,
        unnest(['date', 'date', 'date', 'rows']) as unit,
        'scores.folds' as relation

    from scores.folds as folds

    inner join scored on folds.model = scored.model and folds.fold_id = scored.fold_id

    where scored.model = score_name

    union all

    select
        22 as place,
        'score' as stage,
        concat('parameter ', model_parameters.parameter) as item,
        try_cast(model_parameters.value as double) as value,
        model_parameters.value as value_text,
        'hyper-parameter' as unit,
        'scores.model_parameters' as relation

    from scores.model_parameters as model_parameters

    inner join scored
        on model_parameters.model = scored.model and model_parameters.fold_id = scored.fold_id

    where scored.model = score_name

    union all

    -- What a model reads: a missing rank is 0, and said to be missing.
    select
        40 as place,
        'score' as stage,
        concat('feature ', registry.factor) as item,
        coalesce(registry.direction * (ranked.rank_pct - 0.5), 0) as value,
        case when ranked.rank_pct is null then 'missing' end as value_text,
        'direction x (rank_pct - 0.5)' as unit,
        'factors.factor_matrix' as relation

    from registry

    left join ranked on registry.factor = ranked.factor

    where exists (
        select 1

        from scored

        where scored.model = score_name
    )

    union all

    select
        50 as place,
        'score' as stage,
        concat('SHAP value ', explained.factor) as item,
        explained.shap_value as value,
        concat('of the score less the base value ', explained.base_value) as value_text,
        'score' as unit,
        'scores.shap_values' as relation

    from explained

)

select
    row_number() over (order by found.place, abs(found.value) desc nulls last, found.item) as step,
    found.stage,
    found.item,
    found.value,
    found.value_text,
    found.unit,
    asked.as_of_date,
    found.relation

from found

cross join asked
{%- endmacro %}
