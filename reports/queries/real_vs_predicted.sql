-- What came after each tenth of a model's out-of-sample scores, on month ends. Names of one day
-- move together: means are taken within each date first and the error is that between dates.
with

month_ends as (

    select distinct
        factor_dates.as_of_date,
        factor_dates.asset_class

    from factors.factor_dates as factor_dates

    where factor_dates.is_month_end

),

binned as (

    select
        model_scores.model,
        model_scores.asset_class,
        model_scores.as_of_date,
        model_scores.model_score,
        training_targets.target_rank,
        ntile(10) over (
            partition by
                model_scores.model, model_scores.asset_class, model_scores.as_of_date
            order by model_scores.model_score, model_scores.symbol
        ) as decile

    from scores.model_scores as model_scores

    inner join month_ends
        on
            model_scores.as_of_date = month_ends.as_of_date
            and model_scores.asset_class = month_ends.asset_class

    inner join labels.training_targets as training_targets
        on
            model_scores.as_of_date = training_targets.as_of_date
            and model_scores.symbol = training_targets.symbol

),

by_date as (

    select
        binned.model,
        binned.asset_class,
        binned.as_of_date,
        binned.decile,
        avg(binned.model_score) as mean_score,
        avg(binned.target_rank) as mean_target

    from binned

    group by all

)

select
    by_date.asset_class,
    by_date.model,
    by_date.decile,
    avg(by_date.mean_score) as predicted,
    avg(by_date.mean_target) as realized,
    stddev_samp(by_date.mean_target) / sqrt(count(*)) as standard_error,
    count(*) as n_dates,
    min(by_date.as_of_date) as first_date,
    max(by_date.as_of_date) as last_date

from by_date

group by by_date.asset_class, by_date.model, by_date.decile

order by by_date.asset_class desc, by_date.model asc, by_date.decile asc
