{{ config(schema='construction') }}
{# What every book wants at each step that acts on a decision, of which asset. #}
select
    books.strategy_no,
    book_steps.step_no,
    desired_weights.as_of_date,
    book_assets.asset_no,
    desired_weights.desired_weight

from {{ ref('desired_weights') }} as desired_weights

inner join {{ ref('books') }} as books on desired_weights.strategy = books.strategy

inner join {{ ref('book_steps') }} as book_steps
    on
        books.schedule_no = book_steps.schedule_no
        and desired_weights.as_of_date = book_steps.as_of_date
        and book_steps.is_decision

inner join {{ ref('book_assets') }} as book_assets
    on
        books.calendar = book_assets.calendar
        and desired_weights.symbol = book_assets.symbol
        and desired_weights.as_of_date >= book_assets.first_date
        and (
            book_assets.next_listing_date is null
            or desired_weights.as_of_date < book_assets.next_listing_date
        )

where desired_weights.is_scheduled
