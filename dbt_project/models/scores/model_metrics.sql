{# How each fold's scores did on the month ends it scored: correlation, rank correlation, and #}
{# r2 against a forecast of zero, 1 - sum((y - f)^2) / sum(y^2). Gu, Kelly and Xiu (2020). #}
with

month_ends as (

    select distinct
        factor_dates.as_of_date,
        factor_dates.asset_class

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

),

scored as (

    select
        model_scores.model,
        model_scores.fold_id,
        model_scores.as_of_date,
        model_scores.asset_class,
        model_scores.model_score,
        training_targets.target_rank,
        training_targets.fwd_ret,
        {{ average_rank_pct(
            'by_score',
            'count(*) over (partition by model_scores.model, model_scores.as_of_date, '
            ~ 'model_scores.asset_class)'
        ) }} as score_rank,
        {{ average_rank_pct(
            'by_return',
            'count(*) over (partition by model_scores.model, model_scores.as_of_date, '
            ~ 'model_scores.asset_class)'
        ) }} as return_rank

    from {{ ref('model_scores') }} as model_scores

    inner join {{ ref('training_targets') }} as training_targets
        on
            model_scores.as_of_date = training_targets.as_of_date
            and model_scores.symbol = training_targets.symbol

    inner join month_ends
        on
            model_scores.as_of_date = month_ends.as_of_date
            and model_scores.asset_class = month_ends.asset_class

    window
        by_score as (
            partition by model_scores.model, model_scores.as_of_date, model_scores.asset_class
            order by model_scores.model_score
        ),
        by_return as (
            partition by model_scores.model, model_scores.as_of_date, model_scores.asset_class
            order by training_targets.fwd_ret
        )

),

by_date as (

    select
        scored.model,
        scored.fold_id,
        scored.as_of_date,
        case
            when stddev_pop(scored.model_score) > 0 and stddev_pop(scored.fwd_ret) > 0
                then corr(scored.model_score, scored.fwd_ret)
        end as ic,
        case
            when stddev_pop(scored.score_rank) > 0 and stddev_pop(scored.return_rank) > 0
                then corr(scored.score_rank, scored.return_rank)
        end as rank_ic,
        sum(power(scored.target_rank - scored.model_score, 2)) as squared_error,
        sum(power(scored.target_rank, 2)) as squared_target,
        count(*) as n_test

    from scored

    group by all

),

by_fold as (

    select
        by_date.model,
        by_date.fold_id,
        avg(by_date.ic) as ic,
        avg(by_date.rank_ic) as rank_ic,
        1 - sum(by_date.squared_error) / nullif(sum(by_date.squared_target), 0) as r2_oos,
        count(*) as n_dates,
        sum(by_date.n_test) as n_test

    from by_date

    group by all

)

select
    model_fits.model,
    model_fits.fold_id,
    model_fits.asset_class,
    model_fits.train_start_date,
    model_fits.train_end_date,
    model_fits.train_label_end_date,
    model_fits.test_start_date,
    model_fits.test_end_date,
    {{ add_days(
        'model_fits.fold_end_date',
        'case model_fits.asset_class when \'crypto\' then 60 else 45 end',
    ) }} as known_on_date,
    by_fold.ic,
    by_fold.rank_ic,
    by_fold.r2_oos,
    coalesce(by_fold.n_dates, 0) as n_dates,
    model_fits.n_train,
    cast(coalesce(by_fold.n_test, 0) as bigint) as n_test,
    model_fits.parameters

from {{ ref('model_fits') }} as model_fits

left join by_fold
    on
        model_fits.model = by_fold.model
        and model_fits.fold_id = by_fold.fold_id
