{# The long-run variance of each tested series: its variance and twice its autocovariances at #}
{# lags j < M, weighted by 1 - j / M (Bartlett; Newey and West 1987, with M their lags + 1). #}
{# One pass: with S the running sums of deviations, 0 before the first and after the last, #}
{# n M x long-run variance = sum of (S_t - S_(t-M))^2 over t = 1 .. n + M - 1. #}
with

-- Numbers join and group faster than four words do.
numbered as (

    select
        series_moments.kind,
        series_moments.asset_class,
        series_moments.series,
        series_moments.sample,
        series_moments.n_periods,
        series_moments.bandwidth,
        series_moments.mean,
        row_number() over (
            order by
                series_moments.kind,
                series_moments.asset_class,
                series_moments.series,
                series_moments.sample
        ) as series_no

    from {{ ref('series_moments') }} as series_moments

),

deviations as (

    select
        numbered.series_no,
        numbered.n_periods,
        numbered.bandwidth,
        tested_series.period_no,
        tested_series.value - numbered.mean as deviation

    from {{ ref('tested_series') }} as tested_series

    inner join numbered
        on
            tested_series.kind = numbered.kind
            and tested_series.asset_class = numbered.asset_class
            and tested_series.series = numbered.series
            and tested_series.sample = numbered.sample

),

running as (

    select
        deviations.series_no,
        deviations.period_no,
        deviations.n_periods,
        deviations.bandwidth,
        sum(deviations.deviation) over (
            partition by deviations.series_no
            order by deviations.period_no
            rows between unbounded preceding and current row
        ) as running_sum

    from deviations

),

stepped as (

    select
        running.series_no,
        running.n_periods,
        running.bandwidth,
        running.running_sum - coalesce(earlier.running_sum, 0) as sum_of_last,
        case
            when
                running.period_no > running.n_periods - running.bandwidth
                and running.period_no < running.n_periods
                then running.running_sum
            else 0
        end as sum_left_over

    from running

    left join running as earlier
        on
            running.series_no = earlier.series_no
            and running.period_no - running.bandwidth = earlier.period_no

),

summed as (

    select
        stepped.series_no,
        sum(power(stepped.sum_of_last, 2) + power(stepped.sum_left_over, 2))
        / (max(stepped.n_periods) * max(stepped.bandwidth)) as long_run_variance

    from stepped

    group by stepped.series_no

)

select
    numbered.kind,
    numbered.asset_class,
    numbered.series,
    numbered.sample,
    summed.long_run_variance

from summed

inner join numbered on summed.series_no = numbered.series_no
