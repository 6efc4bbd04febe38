{# What each strategy's book holds at the close of its newest day: what drifted there, and what #}
{# was traded on it. #}
with

newest as (

    select
        rebalances.strategy,
        max(rebalances.as_of_date) as as_of_date

    from {{ ref('rebalances') }} as rebalances

    where rebalances.is_newest

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

left join {{ ref('ruins') }} as ruins on newest.strategy = ruins.strategy

where holdings.weight_after <> 0 and ruins.ruin_date is null
