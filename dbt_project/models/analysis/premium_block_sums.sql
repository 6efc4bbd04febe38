{# The sum of each block of days that a bootstrap of a mean premium may draw, less the mean's: #}
{# a difference of two running sums. A block starts at any day, has the bandwidth's length, and #}
{# runs on from the last day to the first; the last of a replicate is cut, to n days in all. #}
with

series as (

    select
        tested_series.asset_class,
        tested_series.series as factor,
        tested_series.period_no,
        tested_series.value - mean_tests.mean as deviation,
        sum(tested_series.value - mean_tests.mean) over (
            partition by tested_series.asset_class, tested_series.series
            order by tested_series.period_no
            rows between unbounded preceding and current row
        ) as running_sum,
        mean_tests.mean,
        mean_tests.n_periods,
        mean_tests.bandwidth as block_length,
        cast(ceil(mean_tests.n_periods / cast(mean_tests.bandwidth as double)) as bigint)
            as n_blocks

    from {{ ref('tested_series') }} as tested_series

    inner join {{ ref('mean_tests') }} as mean_tests
        on
            tested_series.kind = mean_tests.kind
            and tested_series.asset_class = mean_tests.asset_class
            and tested_series.series = mean_tests.series
            and tested_series.sample = mean_tests.sample

    where
        tested_series.kind = 'premium'
        and tested_series.sample = 'whole'
        and mean_tests.t_stat is not null

),

ends as (

    select
        series.*,
        (series.period_no + series.block_length - 2) % series.n_periods + 1 as last_no,
        (series.period_no + series.n_periods - (series.n_blocks - 1) * series.block_length - 2)
        % series.n_periods
        + 1 as cut_last_no

    from series

)

-- The running sums end at 0: a block that runs on into the first days needs nothing added.
select
    ends.asset_class,
    ends.factor,
    ends.period_no as start_no,
    ends.mean,
    ends.n_periods,
    ends.block_length,
    ends.n_blocks,
    last_days.running_sum - ends.running_sum + ends.deviation as block_sum,
    cut_last_days.running_sum - ends.running_sum + ends.deviation as cut_block_sum

from ends

inner join series as last_days
    on
        ends.asset_class = last_days.asset_class
        and ends.factor = last_days.factor
        and ends.last_no = last_days.period_no

inner join series as cut_last_days
    on
        ends.asset_class = cut_last_days.asset_class
        and ends.factor = cut_last_days.factor
        and ends.cut_last_no = cut_last_days.period_no
