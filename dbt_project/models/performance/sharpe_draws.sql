{{ config(schema='construction') }}
{# Where each block of each bootstrap replicate starts, as a share of the series: one table for #}
{# all, so that strategies over the same days are drawn together and keep their dependence. #}
with

-- As many as the longest series needs, which has at least as many days.
blocks as (

    select distinct sharpe_block_sums.start_no as block_no

    from {{ ref('sharpe_block_sums') }} as sharpe_block_sums

    where
        sharpe_block_sums.start_no <= (
            select max(longest.n_blocks) from {{ ref('sharpe_block_sums') }} as longest
        )

)

select
    replicates.replicate,
    blocks.block_no,
    {{ uniform_draw(
        "'" ~ var('bootstrap').seed ~ ":sharpe:' || cast(replicates.replicate as string)"
        " || ':' || cast(blocks.block_no as string)"
    ) }} as start_share

from blocks

cross join range(1, {{ var('bootstrap').replicates + 1 }}) as replicates (replicate)
