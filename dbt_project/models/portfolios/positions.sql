{{ config(materialized='view') }}
{# What each book held overnight into each day, and what it contributed: u x h over the value of #}
{# the book. Ask for a date or a strategy: where date = '2020-06-30' and strategy = 'mine'. #}
select
    book_values.date,
    book_values.strategy,
    book_assets.symbol,
    book_assets.asset_class,
    book_paths.units * unit_values.prior_discounted_worth / book_values.book_opening_value
        as opening_weight,
    unit_values.discounted_worth
    / nullif(unit_values.prior_discounted_worth, 0)
    * (1 + book_values.cash_return)
    - 1 as ret,
    book_paths.units
    * (
        unit_values.discounted_worth * (1 + book_values.cash_return)
        - unit_values.prior_discounted_worth
    )
    / book_values.book_opening_value as contribution,
    abs(book_paths.units)
    * unit_values.prior_discounted_worth
    * {{ carry_fee_ann('book_paths.units', "book_assets.asset_class = 'crypto'", 'books') }}
    * book_values.n_days
    / 365.0
    / book_values.book_opening_value as borrow_return,
    case
        when unit_values.is_delisted or book_values.date = ruins.ruin_date then 0
        else book_paths.units * unit_values.discounted_worth / book_values.book_closing_value
    end as closing_weight,
    coalesce(book_values.date = ruins.ruin_date, false) as is_ruined

from {{ ref('book_values') }} as book_values

inner join {{ ref('books') }} as books on book_values.strategy_no = books.strategy_no

inner join {{ ref('book_paths') }} as book_paths
    on
        book_values.strategy_no = book_paths.strategy_no
        and book_values.step_no = book_paths.step_no

inner join {{ ref('book_assets') }} as book_assets on book_paths.asset_no = book_assets.asset_no

inner join {{ ref('unit_values') }} as unit_values
    on
        book_paths.asset_no = unit_values.asset_no
        and book_values.date = unit_values.calendar_date

left join {{ ref('ruins') }} as ruins on book_values.strategy = ruins.strategy

where
    book_paths.units <> 0
    and not unit_values.is_gone
    and (ruins.ruin_date is null or book_values.date <= ruins.ruin_date)
