{# How scores did on the month ends they were made for, by fold and over all folds of a class: #}
{# means over dates, with the error of a mean over time; r2 against a forecast of zero, #}
{# 1 - sum((y - f)^2) / sum(y^2). Gu, Kelly and Xiu (2020). #}
with

in_folds_and_overall as (

    select
        model_ic.*,
        model_ic.fold_id as span

    from {{ ref('model_ic') }} as model_ic

    union all

    select
        model_ic.*,
        concat(model_ic.asset_class, '_all') as span

    from {{ ref('model_ic') }} as model_ic

),

averaged as (

    select
        in_folds_and_overall.model,
        in_folds_and_overall.span as fold_id,
        avg(in_folds_and_overall.ic) as ic,
        1
        - sum(in_folds_and_overall.squared_error)
        / nullif(sum(in_folds_and_overall.squared_target), 0) as r2_oos,
        avg(in_folds_and_overall.hit_rate_top_fifth) as hit_rate_top_fifth,
        count(*) as n_dates,
        sum(in_folds_and_overall.n_names) as n_test

    from in_folds_and_overall

    group by in_folds_and_overall.model, in_folds_and_overall.span

)

select
    spans.model,
    spans.fold_id,
    spans.asset_class,
    spans.is_overall,
    spans.train_start_date,
    spans.train_end_date,
    spans.train_label_end_date,
    spans.test_start_date,
    spans.test_end_date,
    spans.known_on_date,
    averaged.ic,
    rank_ics.mean as rank_ic,
    rank_ics.standard_error as rank_ic_se,
    rank_ics.t_stat as rank_ic_t_stat,
    rank_ics.critical_value as rank_ic_critical_value,
    rank_ics.p_value as rank_ic_p_value,
    over_composite.mean as rank_ic_over_composite,
    over_composite.t_stat as rank_ic_over_composite_t_stat,
    averaged.r2_oos,
    averaged.hit_rate_top_fifth,
    spreads.mean as spread_top_bottom,
    spreads.standard_error as spread_se,
    spreads.t_stat as spread_t_stat,
    coalesce(averaged.n_dates, 0) as n_dates,
    coalesce(rank_ics.n_periods, 0) as n_ranked_dates,
    spans.n_train,
    cast(coalesce(averaged.n_test, 0) as bigint) as n_test,
    spans.parameters

from {{ ref('evaluated_spans') }} as spans

left join averaged
    on
        spans.model = averaged.model
        and spans.fold_id = averaged.fold_id

left join {{ ref('metric_tests') }} as rank_ics
    on
        spans.model = rank_ics.model
        and spans.fold_id = rank_ics.fold_id
        and rank_ics.measure = 'rank_ic'

left join {{ ref('metric_tests') }} as over_composite
    on
        spans.model = over_composite.model
        and spans.fold_id = over_composite.fold_id
        and over_composite.measure = 'rank_ic_over_composite'

left join {{ ref('metric_tests') }} as spreads
    on
        spans.model = spreads.model
        and spans.fold_id = spreads.fold_id
        and spreads.measure = 'spread_top_bottom'
