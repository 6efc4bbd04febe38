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

),

-- The value of each book first: of positions every day would be worked out.
valued as (

    select
        newest.as_of_date,
        newest.strategy,
        book_values.strategy_no,
        book_values.step_no,
        book_values.book_closing_value

    from newest

    inner join {{ ref('book_values') }} as book_values
        on
            newest.strategy = book_values.strategy
            and newest.as_of_date = book_values.date

),

drifted as (

    select
        valued.as_of_date,
        valued.strategy,
        book_assets.symbol,
        book_paths.units * unit_values.discounted_worth / valued.book_closing_value
            as closing_weight

    from valued

    inner join {{ ref('book_paths') }} as book_paths
        on
            valued.strategy_no = book_paths.strategy_no
            and valued.step_no = book_paths.step_no

    inner join {{ ref('book_assets') }} as book_assets
        on book_paths.asset_no = book_assets.asset_no

    inner join {{ ref('unit_values') }} as unit_values
        on
            book_paths.asset_no = unit_values.asset_no
            and valued.as_of_date = unit_values.calendar_date

    where not unit_values.is_gone and not unit_values.is_delisted

)

select
    drifted.as_of_date,
    drifted.strategy,
    drifted.symbol,
    drifted.closing_weight as current_weight

from drifted

left join {{ ref('holdings') }} as rebalanced
    on
        drifted.strategy = rebalanced.strategy
        and drifted.as_of_date = rebalanced.trade_date
        and drifted.symbol = rebalanced.symbol

where drifted.closing_weight <> 0 and rebalanced.symbol is null

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
