{# Circular block bootstrap of each Sharpe ratio: its replicates are n days in blocks that start #}
{# anywhere, their mean over their own deviation; the interval holds the middle 95 % of them. #}
{# Politis and Romano (1992). #}
with

lengths as (

    select distinct
        block_sums.n_days,
        block_sums.n_blocks

    from {{ ref('sharpe_block_sums') }} as block_sums

),

starts as (

    select
        lengths.n_days,
        draws.replicate,
        1 + cast(floor(draws.start_share * lengths.n_days) as bigint) as start_no,
        draws.block_no = lengths.n_blocks as is_cut

    from lengths

    inner join {{ ref('sharpe_draws') }} as draws on lengths.n_blocks >= draws.block_no

),

replicates as (

    select
        block_sums.strategy,
        block_sums.n_days,
        block_sums.mean_share,
        block_sums.block_length,
        starts.replicate,
        sum(case when starts.is_cut then block_sums.cut_block_sum else block_sums.block_sum end)
        / block_sums.n_days as deviation,
        sum(
            case
                when starts.is_cut then block_sums.cut_block_square
                else block_sums.block_square
            end
        )
        / block_sums.n_days as square

    from {{ ref('sharpe_block_sums') }} as block_sums

    inner join starts
        on block_sums.n_days = starts.n_days and block_sums.start_no = starts.start_no

    group by
        block_sums.strategy,
        block_sums.n_days,
        block_sums.mean_share,
        block_sums.block_length,
        starts.replicate

),

-- In standardized returns: the mean is that of the deviations and the whole series' own together.
ratios as (

    select
        replicates.*,
        (replicates.mean_share + replicates.deviation)
        / sqrt(
            greatest(replicates.square - power(replicates.deviation, 2), 1e-12)
            * replicates.n_days
            / (replicates.n_days - 1)
        ) as ratio

    from replicates

)

select
    ratios.strategy,
    max(moments.mean_excess / moments.std_excess * sqrt(moments.periods_per_year)) as sharpe,
    percentile_cont(0.025) within group (order by ratios.ratio)
    * max(sqrt(moments.periods_per_year)) as sharpe_lower,
    percentile_cont(0.975) within group (order by ratios.ratio)
    * max(sqrt(moments.periods_per_year)) as sharpe_upper,
    stddev_samp(ratios.ratio) * max(sqrt(moments.periods_per_year)) as sharpe_se,
    ratios.block_length,
    count(*) as n_replicates

from ratios

inner join {{ ref('return_moments') }} as moments on ratios.strategy = moments.strategy

group by ratios.strategy, ratios.block_length
