{# The long-run variance of each tested series: its variance and twice its autocovariances at #}
{# lags j < M, weighted by 1 - j / M (Bartlett; Newey and West 1987, with M their lags + 1). #}
{# One pass: with S the running sums of deviations, 0 before the first and after the last, #}
{# n M x long-run variance = sum of (S_t - S_(t-M))^2 over t = 1 .. n + M - 1. #}
with

running as (

    select
        tested_series.kind,
        tested_series.asset_class,
        tested_series.series,
        tested_series.sample,
        tested_series.period_no,
        series_moments.n_periods,
        series_moments.bandwidth,
        sum(tested_series.value - series_moments.mean) over (
            partition by
                tested_series.kind,
                tested_series.asset_class,
                tested_series.series,
                tested_series.sample
            order by tested_series.period_no
            rows between unbounded preceding and current row
        ) as running_sum

    from {{ ref('tested_series') }} as tested_series

    inner join {{ ref('series_moments') }} as series_moments
        on
            tested_series.kind = series_moments.kind
            and tested_series.asset_class = series_moments.asset_class
            and tested_series.series = series_moments.series
            and tested_series.sample = series_moments.sample

),

stepped as (

    select
        running.kind,
        running.asset_class,
        running.series,
        running.sample,
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
            running.kind = earlier.kind
            and running.asset_class = earlier.asset_class
            and running.series = earlier.series
            and running.sample = earlier.sample
            and running.period_no - running.bandwidth = earlier.period_no

)

select
    stepped.kind,
    stepped.asset_class,
    stepped.series,
    stepped.sample,
    sum(power(stepped.sum_of_last, 2) + power(stepped.sum_left_over, 2))
    / (max(stepped.n_periods) * max(stepped.bandwidth)) as long_run_variance

from stepped

group by stepped.kind, stepped.asset_class, stepped.series, stepped.sample
