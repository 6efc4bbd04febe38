{# How much of a result is left whichever way it is looked at: the distribution of its mean over #}
{# all combinations of choices, and where the default stands. #}
with

placed as (

    select
        multiverse.*,
        max(case when multiverse.is_default then multiverse.mean_ann end) over of_result
            as default_mean_ann,
        max(case when multiverse.is_default then multiverse.t_stat end) over of_result
            as default_t_stat

    from {{ ref('multiverse') }} as multiverse

    window of_result as (partition by multiverse.result)

)

select
    placed.result,
    count(*) as n_combinations,
    count(placed.mean_ann) as n_with_returns,
    avg(case when placed.mean_ann > 0 then 1 when placed.mean_ann is not null then 0 end)
        as share_positive,
    avg(
        case
            when placed.t_stat is null then null
            when placed.t_stat > placed.critical_value then 1
            else 0
        end
    ) as share_significant_positive,
    avg(
        case
            when placed.t_stat is null then null
            when placed.t_stat < -placed.critical_value then 1
            else 0
        end
    ) as share_significant_negative,
    min(placed.mean_ann) as lowest_mean_ann,
    percentile_cont(0.05) within group (order by placed.mean_ann) as mean_ann_5_percent,
    percentile_cont(0.25) within group (order by placed.mean_ann) as mean_ann_25_percent,
    percentile_cont(0.5) within group (order by placed.mean_ann) as median_mean_ann,
    percentile_cont(0.75) within group (order by placed.mean_ann) as mean_ann_75_percent,
    percentile_cont(0.95) within group (order by placed.mean_ann) as mean_ann_95_percent,
    max(placed.mean_ann) as highest_mean_ann,
    percentile_cont(0.5) within group (order by placed.t_stat) as median_t_stat,
    percentile_cont(0.5) within group (order by placed.sharpe) as median_sharpe,
    max(placed.default_mean_ann) as default_mean_ann,
    max(placed.default_t_stat) as default_t_stat,
    avg(
        case
            when placed.mean_ann is null or placed.default_mean_ann is null then null
            when placed.mean_ann < placed.default_mean_ann then 1
            else 0
        end
    ) as share_below_default

from placed

group by placed.result
