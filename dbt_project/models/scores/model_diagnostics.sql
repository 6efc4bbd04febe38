{# What came after the scores of each tenth (by score within its date; bin 0: all rows), how far #}
{# from it they were, and whether they were calibrated. The ensemble and the composite rank; they #}
{# forecast no target, so nothing is left of one. #}
with

judged as (

    select
        labelled_scores.model,
        labelled_scores.asset_class,
        labelled_scores.score_tenth,
        labelled_scores.model_score,
        labelled_scores.target_rank,
        labelled_scores.fwd_ret,
        case
            when labelled_scores.model not in ('ensemble', 'composite')
                then labelled_scores.target_rank - labelled_scores.model_score
        end as residual

    from {{ ref('labelled_scores') }} as labelled_scores

),

bins as (

    {% for bin in ['judged.score_tenth', '0'] %}

        select
            judged.model,
            judged.asset_class,
            {{ bin }} as bin,
            count(*) as n_rows,
            avg(judged.model_score) as mean_score,
            avg(judged.target_rank) as mean_target,
            avg(judged.fwd_ret) as mean_fwd_ret,
            avg(judged.residual) as mean_residual,
            case when count(judged.residual) > 1 then stddev_samp(judged.residual) end
                as std_residual

        from judged

        group by all

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    bins.model,
    bins.asset_class,
    bins.bin,
    bins.n_rows,
    bins.mean_score,
    bins.mean_target,
    bins.mean_fwd_ret,
    bins.mean_residual,
    bins.std_residual,
    calibrations.calibration_slope,
    calibrations.calibration_intercept,
    calibrations.calibration_slope_se

from bins

left join {{ ref('calibrations') }} as calibrations
    on
        bins.bin = 0
        and bins.model = calibrations.model
        and bins.asset_class = calibrations.asset_class
