-- Rank correlation of each model's scores over all its test months, the composite's over the same
-- months, and the difference month by month, with half their 95 % intervals (fixed-b).
with

composite_in_the_months_of_a_model as (

    select
        model_ic.model,
        model_ic.asset_class,
        avg(composite_ic.rank_ic) as rank_ic,
        count(*) as n_dates

    from scores.model_ic as model_ic

    inner join scores.model_ic as composite_ic
        on
            model_ic.as_of_date = composite_ic.as_of_date
            and model_ic.asset_class = composite_ic.asset_class
            and composite_ic.model = 'composite'

    where
        model_ic.model <> 'composite'
        and model_ic.rank_ic is not null
        and composite_ic.rank_ic is not null

    group by model_ic.model, model_ic.asset_class

)

select
    model_metrics.asset_class,
    model_metrics.model,
    model_metrics.rank_ic,
    model_metrics.rank_ic_critical_value * model_metrics.rank_ic_se as rank_ic_error,
    -- Missing where the composite ranks nothing in one of the model's months.
    composite.rank_ic as composite_rank_ic,
    model_metrics.rank_ic_over_composite as over_composite,
    model_metrics.rank_ic_critical_value
    * abs(
        model_metrics.rank_ic_over_composite
        / nullif(model_metrics.rank_ic_over_composite_t_stat, 0)
    ) as over_composite_error,
    model_metrics.n_ranked_dates as n_dates,
    model_metrics.test_start_date as first_date,
    model_metrics.test_end_date as last_date

from scores.model_metrics as model_metrics

left join composite_in_the_months_of_a_model as composite
    on
        model_metrics.model = composite.model
        and model_metrics.asset_class = composite.asset_class
        and model_metrics.n_ranked_dates = composite.n_dates

where
    model_metrics.is_overall
    and model_metrics.rank_ic is not null

order by model_metrics.asset_class desc, model_metrics.rank_ic desc, model_metrics.model asc
