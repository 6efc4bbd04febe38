{# Where each block of each bootstrap replicate starts, as a share of the series: one table for #}
{# all, so that factors over the same days are drawn together and keep their dependence. #}
with

longest as (

    select
        cast(max(ceil(mean_tests.n_periods / cast(mean_tests.bandwidth as double))) as bigint)
            as n_blocks

    from {{ ref('mean_tests') }} as mean_tests

    where mean_tests.kind = 'premium' and mean_tests.sample = 'whole'

)

select
    replicates.replicate,
    blocks.block_no,
    {{ uniform_draw(
        "'" ~ var('bootstrap').seed ~ ":' || cast(replicates.replicate as string)"
        " || ':' || cast(blocks.block_no as string)"
    ) }} as start_share

from longest

-- Bandwidths grow with the root of the length: so many blocks are a hundred million days.
inner join range(1, 10000) as blocks (block_no) on longest.n_blocks >= blocks.block_no

cross join range(1, {{ var('bootstrap').replicates + 1 }}) as replicates (replicate)
