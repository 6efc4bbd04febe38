{{ config(schema='construction') }}
{# Where each block of each bootstrap replicate starts, as a share of the series: one table for #}
{# all, so that strategies over the same days are drawn together and keep their dependence. #}
with recursive

longest as (

    select max(sharpe_block_sums.n_blocks) as n_blocks

    from {{ ref('sharpe_block_sums') }} as sharpe_block_sums

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
        "'" ~ var('bootstrap').seed ~ ":sharpe:' || cast(replicates.replicate as string)"
        " || ':' || cast(blocks.block_no as string)"
    ) }} as start_share

from replicates

cross join blocks
