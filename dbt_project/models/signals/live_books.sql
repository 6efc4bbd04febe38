{# What each strategy's book holds at the close of its newest day: what drifted there, and what #}
{# was traded on it. A strategy that has lost all it had is closed and holds nothing. #}
with

newest as (

    select
        rebalances.strategy,
        max(rebalances.as_of_date) as as_of_date

    from {{ ref('rebalances') }} as rebalances

    left join {{ ref('ruins') }} as ruins
        on
            rebalances.strategy = ruins.strategy
            and rebalances.as_of_date >= ruins.ruin_date

    where rebalances.is_newest and ruins.strategy is null

    group by rebalances.strategy

)

select
    newest.as_of_date,
    newest.strategy,
    positions.symbol,
    positions.closing_weight as current_weight

from newest

inner join {{ ref('positions') }} as positions
    on
        newest.strategy = positions.strategy
        and newest.as_of_date = positions.date

left join {{ ref('holdings') }} as rebalanced
    on
        newest.strategy = rebalanced.strategy
        and newest.as_of_date = rebalanced.trade_date
        and positions.symbol = rebalanced.symbol

where positions.closing_weight <> 0 and rebalanced.symbol is null

union all

select
    newest.as_of_date,
    newest.strategy,
    holdings.symbol,
    holdings.weight_after as current_weight

from newest

inner join {{ ref('holdings') }} as holdings
    on
        newest.strategy = holdings.strategy
        and newest.as_of_date = holdings.trade_date

where holdings.weight_after <> 0
