{{ config(schema='construction') }}
{# Scores of month ends beside what came after, as soon as it has: each name's place by either #}
{# and its fifth and tenth by score, those of pandas.qcut (equal scores share one). The untrained #}
{# composite stands beside the models, on the dates of their folds. #}
with

fold_spans as (

    select
        folds.asset_class,
        folds.fold_id,
        min(folds.test_start_date) as test_start_date,
        max(folds.test_end_date) as test_end_date

    from {{ ref('folds') }} as folds

    group by folds.asset_class, folds.fold_id

),

scores as (

    select
        model_scores.as_of_date,
        model_scores.symbol,
        model_scores.model,
        model_scores.fold_id,
        model_scores.model_score

    from {{ ref('model_scores') }} as model_scores

    union all

    select
        composite_values.as_of_date,
        composite_values.symbol,
        'composite' as model,
        fold_spans.fold_id,
        composite_values.composite_value as model_score

    from {{ ref('composite_values') }} as composite_values

    inner join fold_spans
        on
            composite_values.asset_class = fold_spans.asset_class
            and composite_values.as_of_date between
            fold_spans.test_start_date and fold_spans.test_end_date

    where composite_values.composite = 'composite'

),

month_ends as (

    select distinct
        factor_dates.as_of_date,
        factor_dates.asset_class

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

),

labelled as (

    select
        scores.as_of_date,
        scores.symbol,
        scores.model,
        scores.fold_id,
        training_targets.asset_class,
        scores.model_score,
        training_targets.target_rank,
        training_targets.fwd_ret,
        count(*) over (
            partition by scores.model, scores.as_of_date, training_targets.asset_class
        ) as n_names

    from scores

    inner join {{ ref('training_targets') }} as training_targets
        on
            scores.as_of_date = training_targets.as_of_date
            and scores.symbol = training_targets.symbol

    inner join month_ends
        on
            scores.as_of_date = month_ends.as_of_date
            and training_targets.asset_class = month_ends.asset_class

),

ranked as (

    select
        labelled.*,
        rank() over by_score as rank_no,
        {{ average_rank_pct('by_score', 'labelled.n_names') }} as score_rank_pct,
        {{ average_rank_pct('by_return', 'labelled.n_names') }} as return_rank_pct

    from labelled

    where labelled.n_names >= {{ var('min_names') }}

    window
        by_score as (
            partition by labelled.model, labelled.as_of_date, labelled.asset_class
            order by labelled.model_score
        ),
        by_return as (
            partition by labelled.model, labelled.as_of_date, labelled.asset_class
            order by labelled.fwd_ret
        )

)

select
    ranked.as_of_date,
    ranked.symbol,
    ranked.model,
    ranked.fold_id,
    ranked.asset_class,
    ranked.model_score,
    ranked.target_rank,
    ranked.fwd_ret,
    ranked.score_rank_pct,
    ranked.return_rank_pct,
    cast(greatest(1, ceil(5 * (ranked.rank_no - 1) / nullif(ranked.n_names - 1, 0))) as integer)
        as score_fifth,
    cast(greatest(1, ceil(10 * (ranked.rank_no - 1) / nullif(ranked.n_names - 1, 0))) as integer)
        as score_tenth

from ranked
