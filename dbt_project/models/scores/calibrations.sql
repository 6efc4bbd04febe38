{{ config(schema='construction') }}
{# Calibrated scores have a slope of 1 and an intercept of 0 in the regression of target_rank on #}
{# the score. The slope's error is clustered by date, for the names of a date move together: #}
{# Liang and Zeger (1986), with the small-sample factor of Cameron and Miller (2015). #}
with

date_sums as (

    select
        labelled_scores.model,
        labelled_scores.asset_class,
        labelled_scores.as_of_date,
        count(*) as n,
        sum(labelled_scores.model_score) as x,
        sum(labelled_scores.target_rank) as y,
        sum(labelled_scores.model_score * labelled_scores.model_score) as xx,
        sum(labelled_scores.model_score * labelled_scores.target_rank) as xy

    from {{ ref('labelled_scores') }} as labelled_scores

    where labelled_scores.model not in ('ensemble', 'composite')

    group by labelled_scores.model, labelled_scores.asset_class, labelled_scores.as_of_date

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

)

-- By date: the sum of (score - its mean) x what the line leaves, from the date's sums.
select
    slopes.model,
    slopes.asset_class,
    slopes.slope as calibration_slope,
    slopes.intercept as calibration_intercept,
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
    / slopes.centered_xx as calibration_slope_se

from slopes

inner join date_sums
    on
        slopes.model = date_sums.model
        and slopes.asset_class = date_sums.asset_class

group by
    slopes.model,
    slopes.asset_class,
    slopes.slope,
    slopes.intercept,
    slopes.n,
    slopes.n_dates,
    slopes.centered_xx
