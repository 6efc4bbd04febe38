{# Circular block bootstrap of each mean premium: its replicates are n days in blocks that start #}
{# anywhere. Percentiles of the replicates' means, and the share of them as far from the mean as #}
{# the mean is from 0. Politis and Romano (1992). #}
with

lengths as (

    select distinct
        premium_block_sums.n_periods,
        premium_block_sums.n_blocks

    from {{ ref('premium_block_sums') }} as premium_block_sums

),

starts as (

    select
        lengths.n_periods,
        bootstrap_draws.replicate,
        1 + cast(floor(bootstrap_draws.start_share * lengths.n_periods) as bigint) as start_no,
        bootstrap_draws.block_no = lengths.n_blocks as is_cut

    from lengths

    inner join {{ ref('bootstrap_draws') }} as bootstrap_draws
        on lengths.n_blocks >= bootstrap_draws.block_no

),

replicates as (

    select
        premium_block_sums.asset_class,
        premium_block_sums.factor,
        premium_block_sums.block_length,
        premium_block_sums.mean,
        starts.replicate,
        sum(
            case
                when starts.is_cut then premium_block_sums.cut_block_sum
                else premium_block_sums.block_sum
            end
        )
        / premium_block_sums.n_periods as deviation

    from {{ ref('premium_block_sums') }} as premium_block_sums

    inner join starts
        on
            premium_block_sums.n_periods = starts.n_periods
            and premium_block_sums.start_no = starts.start_no

    group by
        premium_block_sums.asset_class,
        premium_block_sums.factor,
        premium_block_sums.block_length,
        premium_block_sums.mean,
        premium_block_sums.n_periods,
        starts.replicate

)

select
    replicates.asset_class,
    replicates.factor,
    replicates.mean
    + percentile_cont(0.025) within group (order by replicates.deviation) as bootstrap_lower,
    replicates.mean
    + percentile_cont(0.975) within group (order by replicates.deviation) as bootstrap_upper,
    (1 + count(*) filter (where abs(replicates.deviation) >= abs(replicates.mean)))
    / cast(1 + count(*) as double) as bootstrap_p_value,
    replicates.block_length,
    count(*) as n_replicates

from replicates

group by replicates.asset_class, replicates.factor, replicates.block_length, replicates.mean
