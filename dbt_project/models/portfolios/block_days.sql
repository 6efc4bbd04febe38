{{ config(schema='construction') }}
{# Days in blocks of at most 32, cut where the most books trade, so that a spell of most books is #}
{# one block: what each asset is worth on the days of a block then stands in one row. #}
with

schedules as (

    select
        books.calendar,
        books.schedule_no,
        row_number() over (
            partition by books.calendar
            order by count(*) desc, books.schedule_no asc
        ) as rank_by_books

    from {{ ref('books') }} as books

    group by books.calendar, books.schedule_no

),

cuts as (

    select distinct
        book_steps.calendar,
        book_steps.trade_date

    from {{ ref('book_steps') }} as book_steps

    inner join schedules
        on
            book_steps.schedule_no = schedules.schedule_no
            and schedules.rank_by_books = 1

    where book_steps.is_decision

),

stretched as (

    select
        book_days.calendar,
        book_days.calendar_date,
        book_days.n_days,
        book_days.cash_return,
        count(cuts.trade_date) over (
            partition by book_days.calendar
            order by book_days.calendar_date
            rows between unbounded preceding and 1 preceding
        ) as stretch_no

    from {{ ref('book_days') }} as book_days

    left join cuts
        on
            book_days.calendar = cuts.calendar
            and book_days.calendar_date = cuts.trade_date

),

placed as (

    select
        stretched.*,
        row_number() over stretch - 1 as days_into_stretch

    from stretched

    window
        stretch as (
            partition by stretched.calendar, stretched.stretch_no
            order by stretched.calendar_date
        )

),

counted as (

    select
        placed.*,
        floor(placed.days_into_stretch / 32.0) as stretch_block_no

    from placed

)

select
    counted.calendar,
    counted.calendar_date,
    cast(dense_rank() over by_block as integer) as day_block_no,
    cast(counted.days_into_stretch % 32 + 1 as integer) as block_day_no,
    max(counted.calendar_date) over (
        partition by counted.calendar, counted.stretch_no, counted.stretch_block_no
    ) as block_end_date,
    counted.n_days,
    counted.cash_return

from counted

window
    by_block as (
        partition by counted.calendar
        order by counted.stretch_no, counted.stretch_block_no
    )
