{# On the day on which a decision is first acted on no book turns over more than it may, 1e-12; #}
{# the book that holds nothing is built at once. Names that trade later go to where they were #}
{# aimed at. #}
with

built as (

    select
        holdings.strategy,
        holdings.trade_date,
        sum(abs(holdings.weight_before)) as gross_before

    from {{ ref('holdings') }} as holdings

    group by holdings.strategy, holdings.trade_date

)

select
    daily_pnl.strategy,
    daily_pnl.date,
    daily_pnl.turnover,
    books.turnover_cap

from {{ ref('daily_pnl') }} as daily_pnl

inner join {{ ref('books') }} as books on daily_pnl.strategy = books.strategy

inner join {{ ref('book_steps') }} as book_steps
    on
        books.schedule_no = book_steps.schedule_no
        and daily_pnl.date = book_steps.trade_date
        and book_steps.is_decision

inner join built
    on daily_pnl.strategy = built.strategy and daily_pnl.date = built.trade_date

where built.gross_before > 0 and daily_pnl.turnover > books.turnover_cap + 1e-12
