{# What came after the scores of each tenth (by score within its date; bin 0: all rows), and how #}
{# far from it they were. Calibrated scores have a slope of 1 and an intercept of 0 in the #}
{# regression of target_rank on the score. Its error is clustered by date, for the names of a date #}
{# move together: Liang and Zeger (1986), with the small-sample factor of Cameron and Miller (2015). #}
with

judged as (

    select
        labelled_scores.model,
        labelled_scores.asset_class,
        labelled_scores.as_of_date,
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

    select
        judged.model,
        judged.asset_class,
        case grouping(judged.score_tenth) when 1 then 0 else judged.score_tenth end as bin,
        count(*) as n_rows,
        avg(judged.model_score) as mean_score,
        avg(judged.target_rank) as mean_target,
        avg(judged.fwd_ret) as mean_fwd_ret,
        avg(judged.residual) as mean_residual,
        case when count(judged.residual) > 1 then stddev_samp(judged.residual) end as std_residual

    from judged

    group by
        grouping sets (
            (judged.model, judged.asset_class, judged.score_tenth),
            (judged.model, judged.asset_class)
        )

),

date_sums as (

    select
        judged.model,
        judged.asset_class,
        judged.as_of_date,
        count(*) as n,
        sum(judged.model_score) as x,
        sum(judged.target_rank) as y,
        sum(judged.model_score * judged.model_score) as xx,
        sum(judged.model_score * judged.target_rank) as xy

    from judged

    where judged.residual is not null

    group by judged.model, judged.asset_class, judged.as_of_date

),

sums as (

    select
        date_sums.model,
        date_sums.asset_class,
        count(*) as n_dates,
        sum(date_sums.n) as n,
        sum(date_sums.x) / sum(date_sums.n) as mean_x,
        sum(date_sums.y) / sum(date_sums.n) as mean_y,
        sum(date_sums.xx) - sum(date_sums.x) * sum(date_sums.x) / sum(date_sums.n) as centered_xx,
        sum(date_sums.xy) - sum(date_sums.x) * sum(date_sums.y) / sum(date_sums.n) as centered_xy

    from date_sums

    group by date_sums.model, date_sums.asset_class

    -- A spread of rounding errors is none.
    having
        sum(date_sums.xx) - sum(date_sums.x) * sum(date_sums.x) / sum(date_sums.n)
        > 1e-12 * sum(date_sums.xx)

),

slopes as (

    select
        sums.*,
        sums.centered_xy / sums.centered_xx as slope,
        sums.mean_y - sums.centered_xy / sums.centered_xx * sums.mean_x as intercept

    from sums

),

-- By date: the sum of (score - its mean) x what the line leaves, from the date's sums.
calibrations as (

    select
        slopes.model,
        slopes.asset_class,
        slopes.slope,
        slopes.intercept,
        sqrt(
            sum(
                power(
                    date_sums.xy
                    - slopes.mean_x * date_sums.y
                    - slopes.intercept * (date_sums.x - slopes.mean_x * date_sums.n)
                    - slopes.slope * (date_sums.xx - slopes.mean_x * date_sums.x),
                    2
                )
            )
            * slopes.n_dates
            / nullif(slopes.n_dates - 1, 0)
            * (slopes.n - 1)
            / nullif(slopes.n - 2, 0)
        )
        / slopes.centered_xx as slope_se

    from slopes

    inner join date_sums
        on
            slopes.model = date_sums.model
            and slopes.asset_class = date_sums.asset_class

    group by all

)

select
    bins.model,
    bins.asset_class,
    cast(bins.bin as integer) as bin,
    bins.n_rows,
    bins.mean_score,
    bins.mean_target,
    bins.mean_fwd_ret,
    bins.mean_residual,
    bins.std_residual,
    calibrations.slope as calibration_slope,
    calibrations.intercept as calibration_intercept,
    calibrations.slope_se as calibration_slope_se

from bins

left join calibrations
    on
        bins.bin = 0
        and bins.model = calibrations.model
        and bins.asset_class = calibrations.asset_class
