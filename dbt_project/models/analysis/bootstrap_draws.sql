{# Where each block of each bootstrap replicate starts, as a share of the series: one table for #}
{# all, so that factors over the same days are drawn together and keep their dependence. #}
with recursive

longest as (

    select
        cast(max(ceil(mean_tests.n_periods / cast(mean_tests.bandwidth as double))) as bigint)
            as n_blocks

    from {{ ref('mean_tests') }} as mean_tests

    where mean_tests.kind = 'premium' and mean_tests.sample = 'whole'

),

replicates as (

    select cast(1 as bigint) as replicate

    union all

    select replicates.replicate + 1 as replicate

    from replicates

    where replicates.replicate < {{ var('bootstrap').replicates }}

),

blocks as (

    select
        cast(1 as bigint) as block_no,
        longest.n_blocks

    from longest

    where longest.n_blocks > 0

    union all

    select
        blocks.block_no + 1 as block_no,
        blocks.n_blocks

    from blocks

    where blocks.block_no < blocks.n_blocks

)

select
    replicates.replicate,
    blocks.block_no,
    {{ uniform_draw(
        "'" ~ var('bootstrap').seed ~ ":' || cast(replicates.replicate as string)"
        " || ':' || cast(blocks.block_no as string)"
    ) }} as start_share

from replicates

cross join blocks
