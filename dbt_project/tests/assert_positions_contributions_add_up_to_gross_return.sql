{# What the names of a book contributed is the book's gross return, 1e-12. #}
with

added_up as (

    select
        positions.strategy,
        positions.date,
        sum(positions.contribution) as contribution

    from {{ tested_rows(ref('positions'), 'date') }} as positions

    group by positions.strategy, positions.date

)

select
    coalesce(daily_pnl.strategy, added_up.strategy) as strategy,
    coalesce(daily_pnl.date, added_up.date) as date,
    daily_pnl.gross_return,
    added_up.contribution

from {{ tested_rows(ref('daily_pnl'), 'date') }} as daily_pnl

full outer join added_up
    on daily_pnl.strategy = added_up.strategy and daily_pnl.date = added_up.date

where
    daily_pnl.strategy is null
    or abs(daily_pnl.gross_return - coalesce(added_up.contribution, 0)) > 1e-12
