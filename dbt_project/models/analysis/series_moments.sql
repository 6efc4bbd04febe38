{# What each tested series is like: how long and how spread, and the bandwidth of its kernel, #}
{# max(3h, 1.3 sqrt(n)) for values that overlap over h steps; every h-th value does not overlap. #}
with

moments as (

    select
        tested_series.kind,
        tested_series.asset_class,
        tested_series.series,
        tested_series.sample,
        count(*) as n_periods,
        avg(tested_series.value) as mean,
        case when count(*) > 1 then stddev_samp(tested_series.value) end as std,
        avg(case when tested_series.value > 0 then 1 else 0 end) as share_positive,
        least(
            count(*),
            cast(ceil(greatest(3 * max(tested_series.overlap), 1.3 * sqrt(count(*)))) as bigint)
        ) as bandwidth,
        count(*) filter (where (tested_series.period_no - 1) % tested_series.overlap = 0)
            as n_apart,
        avg(tested_series.value) filter (
            where (tested_series.period_no - 1) % tested_series.overlap = 0
        ) as mean_apart,
        stddev_samp(tested_series.value) filter (
            where (tested_series.period_no - 1) % tested_series.overlap = 0
        ) as std_apart,
        min(tested_series.date) as first_date,
        max(tested_series.date) as last_date

    from {{ ref('tested_series') }} as tested_series

    group by
        tested_series.kind, tested_series.asset_class, tested_series.series, tested_series.sample

)

select
    moments.kind,
    moments.asset_class,
    moments.series,
    moments.sample,
    moments.n_periods,
    moments.n_periods
    / nullif({{ days_between('moments.first_date', 'moments.last_date') }} / 365.25e0, 0)
        as periods_per_year,
    moments.mean,
    moments.std,
    moments.share_positive,
    moments.bandwidth,
    -- A spread of rounding errors is none.
    case
        when moments.std_apart > 1e-12 * abs(moments.mean_apart)
            then moments.mean_apart / moments.std_apart * sqrt(moments.n_apart)
    end as non_overlapping_t,
    moments.first_date,
    moments.last_date

from moments
