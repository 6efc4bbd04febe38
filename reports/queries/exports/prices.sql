-- Total-return prices of all that one strategy ever held, on the days of its book, dividends and
-- splits inside; a closed venue's last price stands. 'cash' grows at the risk-free rate.
with

span as (

    select
        books.calendar,
        books.strategy_no,
        min(daily_pnl.date) as first_date,
        max(daily_pnl.date) as last_date

    from performance.daily_pnl as daily_pnl

    inner join construction.books as books on daily_pnl.strategy = books.strategy

    where daily_pnl.strategy = $strategy

    group by books.calendar, books.strategy_no

),

days as (

    select
        book_days.calendar_date,
        book_days.cash_growth

    from construction.book_days as book_days

    inner join span
        on
            book_days.calendar = span.calendar
            and book_days.calendar_date between span.first_date and span.last_date

),

held_assets as (

    select distinct book_paths.asset_no

    from construction.book_paths as book_paths

    inner join span on book_paths.strategy_no = span.strategy_no

)

-- A name that came back after its delisting is priced by its newest listing.
select
    days.calendar_date as date,
    book_assets.symbol,
    max_by(unit_values.discounted_worth * days.cash_growth, book_assets.listing_no) as price

from days

inner join construction.unit_values as unit_values
    on days.calendar_date = unit_values.calendar_date

inner join held_assets on unit_values.asset_no = held_assets.asset_no

inner join construction.book_assets as book_assets
    on unit_values.asset_no = book_assets.asset_no

where not unit_values.is_gone

group by days.calendar_date, book_assets.symbol

union all

select
    days.calendar_date as date,
    'cash' as symbol,
    days.cash_growth / first_value(days.cash_growth) over (order by days.calendar_date) as price

from days

order by date, symbol
