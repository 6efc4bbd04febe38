{# What to do today: each strategy's newest target against what its book holds at the same close. #}
with

newest as (

    select
        rebalances.strategy,
        max(rebalances.as_of_date) as as_of_date

    from {{ ref('rebalances') }} as rebalances

    where rebalances.is_newest

    group by rebalances.strategy

),

wanted as (

    select
        newest.as_of_date,
        newest.strategy,
        desired_weights.symbol,
        desired_weights.desired_weight as target_weight

    from newest

    inner join {{ ref('desired_weights') }} as desired_weights
        on
            newest.strategy = desired_weights.strategy
            and newest.as_of_date = desired_weights.as_of_date

),

-- The close of the newest day: what drifted there, and what was traded on it.
held as (

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

),

joined as (

    select
        coalesce(wanted.as_of_date, held.as_of_date) as as_of_date,
        coalesce(wanted.strategy, held.strategy) as strategy,
        coalesce(wanted.symbol, held.symbol) as symbol,
        coalesce(wanted.target_weight, 0) as target_weight,
        coalesce(held.current_weight, 0) as current_weight

    from wanted

    full outer join held
        on wanted.strategy = held.strategy and wanted.symbol = held.symbol

)

select
    joined.as_of_date,
    joined.strategy,
    joined.symbol,
    assets.asset_class,
    candidates.score_rank as rank,
    candidates.score,
    joined.target_weight,
    joined.current_weight,
    joined.target_weight - joined.current_weight as trade_weight,
    case
        when joined.target_weight - joined.current_weight > 1e-9 then 'buy'
        when joined.target_weight - joined.current_weight < -1e-9 then 'sell'
        else 'hold'
    end as signal

from joined

inner join {{ ref('assets') }} as assets on joined.symbol = assets.symbol

left join {{ ref('strategies') }} as strategies on joined.strategy = strategies.strategy

left join {{ ref('candidates') }} as candidates
    on
        strategies.score = candidates.score_name
        and joined.as_of_date = candidates.as_of_date
        and assets.asset_class = candidates.asset_class
        and joined.symbol = candidates.symbol
