-- What came after each tenth of a model's out-of-sample scores. Names of one month move together:
-- the error of a tenth's mean is clustered by month.
with

month_sums as (

    select
        labelled_scores.model,
        labelled_scores.asset_class,
        labelled_scores.score_tenth,
        labelled_scores.as_of_date,
        count(*) as n_names,
        sum(labelled_scores.target_rank) as sum_of_targets

    from construction.labelled_scores as labelled_scores

    group by all

)

select
    model_diagnostics.asset_class,
    model_diagnostics.model,
    model_diagnostics.bin as decile,
    model_diagnostics.mean_target as realized,
    -- The ensemble and the composite rank: nothing of theirs is a forecast.
    case
        when model_diagnostics.mean_residual is not null then model_diagnostics.mean_score
    end as predicted,
    sqrt(
        sum(
            power(
                month_sums.sum_of_targets - month_sums.n_names * model_diagnostics.mean_target,
                2
            )
        )
        * count(*)
        / nullif(count(*) - 1, 0)
    )
    / model_diagnostics.n_rows as standard_error,
    count(*) as n_dates,
    min(month_sums.as_of_date) as first_date,
    max(month_sums.as_of_date) as last_date

from scores.model_diagnostics as model_diagnostics

inner join month_sums
    on
        model_diagnostics.model = month_sums.model
        and model_diagnostics.asset_class = month_sums.asset_class
        and model_diagnostics.bin = month_sums.score_tenth

group by
    model_diagnostics.asset_class,
    model_diagnostics.model,
    model_diagnostics.bin,
    model_diagnostics.mean_target,
    model_diagnostics.mean_score,
    model_diagnostics.mean_residual,
    model_diagnostics.n_rows

order by
    model_diagnostics.asset_class desc,
    model_diagnostics.model asc,
    model_diagnostics.bin asc
