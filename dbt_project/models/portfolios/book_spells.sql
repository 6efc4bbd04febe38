{{ config(schema='construction') }}
{# The stretches between the dates on which each book traded, in which nothing of it changes. #}
with

traded as (

    select
        book_paths.strategy_no,
        book_paths.step_no,
        sum(book_paths.weight_after) as net_weight,
        sum(abs(book_paths.weight_after)) as gross_weight

    from {{ ref('book_paths') }} as book_paths

    group by book_paths.strategy_no, book_paths.step_no

    having max(case when book_paths.is_executed then 1 else 0 end) = 1

),

last_days as (

    select
        book_days.calendar,
        max(book_days.calendar_date) as last_date

    from {{ ref('book_days') }} as book_days

    group by book_days.calendar

),

spells as (

    select
        traded.strategy_no,
        traded.step_no,
        books.strategy,
        books.calendar,
        book_steps.trade_date,
        coalesce(
            lead(book_steps.trade_date) over (
                partition by traded.strategy_no
                order by traded.step_no
            ),
            last_days.last_date
        ) as spell_end_date,
        book_steps.as_of_date,
        traded.net_weight,
        traded.gross_weight

    from traded

    inner join {{ ref('books') }} as books on traded.strategy_no = books.strategy_no

    inner join {{ ref('book_steps') }} as book_steps
        on books.schedule_no = book_steps.schedule_no and traded.step_no = book_steps.step_no

    inner join last_days on books.calendar = last_days.calendar

)

select
    spells.*,
    cast(dense_rank() over dates as integer) as span_no

from spells

window dates as (order by spells.calendar, spells.trade_date, spells.spell_end_date)
