-- Strategies that are in no group of which the best was chosen: those that began alone, or have too
-- few days for 16 blocks.
select summary.strategy

from performance.summary as summary

where
    summary.strategy not in (
        select block_returns.strategy

        from construction.block_returns as block_returns

        inner join performance.overfitting as overfitting
            on block_returns.peer_group = overfitting.peer_group
    )

order by summary.strategy
