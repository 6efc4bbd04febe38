{{ config(schema='construction') }}
{# The mean daily volume of each asset as known at each decision, for books whose trades are #}
{# limited to a share of it. #}
with

decisions as (

    select distinct
        book_steps.calendar,
        book_steps.as_of_date

    from {{ ref('book_steps') }} as book_steps

    inner join {{ ref('books') }} as books on book_steps.schedule_no = books.schedule_no

    where books.participation_cap is not null

)

select
    decisions.as_of_date,
    book_assets.asset_no,
    universe_daily.mean_dollar_volume_usd

from decisions

inner join {{ ref('book_assets') }} as book_assets on decisions.calendar = book_assets.calendar

inner join {{ ref('assets') }} as assets on book_assets.symbol = assets.symbol

inner join {{ ref('factor_dates') }} as factor_dates
    on
        decisions.as_of_date = factor_dates.as_of_date
        and assets.asset_class = factor_dates.asset_class
        and assets.venue = factor_dates.venue

inner join {{ ref('universe_daily') }} as universe_daily
    on
        book_assets.symbol = universe_daily.symbol
        and factor_dates.session_date = universe_daily.as_of_date

where universe_daily.mean_dollar_volume_usd is not null
