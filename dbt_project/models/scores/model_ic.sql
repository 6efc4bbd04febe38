{# How each model's scores did on every month end whose label has ended: correlation and rank #}
{# correlation with what came after, squared errors, and the top fifth. The ensemble and the #}
{# composite rank; they forecast no target, so they have no errors. #}
with

by_date as (

    select
        labelled_scores.model,
        labelled_scores.as_of_date,
        labelled_scores.asset_class,
        labelled_scores.fold_id,
        case
            when
                stddev_pop(labelled_scores.model_score) > 0
                and stddev_pop(labelled_scores.fwd_ret) > 0
                then corr(labelled_scores.model_score, labelled_scores.fwd_ret)
        end as ic,
        case
            when
                stddev_pop(labelled_scores.score_rank_pct) > 0
                and stddev_pop(labelled_scores.return_rank_pct) > 0
                then corr(labelled_scores.score_rank_pct, labelled_scores.return_rank_pct)
        end as rank_ic,
        sum(power(labelled_scores.target_rank - labelled_scores.model_score, 2)) as squared_error,
        sum(power(labelled_scores.target_rank, 2)) as squared_target,
        avg(
            case
                when labelled_scores.score_fifth = 5
                    then case when labelled_scores.target_rank > 0 then 1e0 else 0e0 end
            end
        ) as hit_rate_top_fifth,
        avg(case when labelled_scores.score_fifth = 5 then labelled_scores.fwd_ret end)
        - avg(case when labelled_scores.score_fifth = 1 then labelled_scores.fwd_ret end)
            as spread_top_bottom,
        count(*) as n_names

    from {{ ref('labelled_scores') }} as labelled_scores

    group by
        labelled_scores.model,
        labelled_scores.as_of_date,
        labelled_scores.asset_class,
        labelled_scores.fold_id

)

select
    by_date.model,
    by_date.as_of_date,
    by_date.asset_class,
    by_date.fold_id,
    by_date.ic,
    by_date.rank_ic,
    case when by_date.model not in ('ensemble', 'composite') then by_date.squared_error end
        as squared_error,
    by_date.squared_target,
    by_date.hit_rate_top_fifth,
    by_date.spread_top_bottom,
    by_date.n_names

from by_date
