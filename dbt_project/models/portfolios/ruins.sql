{{ config(materialized='view') }}
{# The books that lost all they had, and the day: nothing is traded or earned after it. What the #}
{# day's trades cost can take the rest; a book lost before them trades no more. #}
with

daily as (

    select
        coalesce(book_values.date, book_costs.date) as date,
        coalesce(book_values.strategy, book_costs.strategy) as strategy,
        coalesce(book_values.book_closing_value <= 0, false) as is_lost,
        coalesce(
            book_values.book_closing_value
            / nullif(book_values.book_opening_value, 0)
            * (1 + book_values.cash_return),
            1
        )
        - coalesce(book_costs.cost_return, 0)
        <= 0 as is_lost_after_cost

    from {{ ref('book_values') }} as book_values

    full outer join {{ ref('book_costs') }} as book_costs
        on
            book_values.strategy = book_costs.strategy
            and book_values.date = book_costs.date

)

select
    daily.strategy,
    min(daily.date) as ruin_date,
    not min_by(daily.is_lost, daily.date) as is_by_cost

from daily

where daily.is_lost or daily.is_lost_after_cost

group by daily.strategy
