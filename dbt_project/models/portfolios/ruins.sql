{{ config(materialized='view') }}
{# The books that lost all they had, and the day: nothing is traded or earned after it. #}
select
    book_values.strategy,
    min(book_values.date) as ruin_date

from {{ ref('book_values') }} as book_values

where book_values.book_closing_value <= 0

group by book_values.strategy
