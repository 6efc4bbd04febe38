{# Nothing is held into a day that begins after a delisting, unless the name was listed again. #}
with

delistings as (

    select
        prices_daily.symbol,
        prices_daily.as_of_date as delisting_date

    from {{ ref('prices_daily') }} as prices_daily

    where prices_daily.is_delisted

),

relistings as (

    select
        delistings.symbol,
        delistings.delisting_date,
        min(prices_daily.as_of_date) as relisting_date

    from delistings

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            delistings.symbol = prices_daily.symbol
            and delistings.delisting_date < prices_daily.as_of_date

    group by delistings.symbol, delistings.delisting_date

),

calendars as (

    select distinct
        rebalances.strategy,
        rebalances.calendar

    from {{ ref('rebalances') }} as rebalances

)

select
    positions.strategy,
    positions.symbol,
    positions.date,
    delistings.delisting_date

from {{ tested_rows(ref('positions'), 'date') }} as positions

inner join delistings
    on positions.symbol = delistings.symbol and positions.date > delistings.delisting_date

inner join calendars on positions.strategy = calendars.strategy

inner join {{ ref('portfolio_calendar') }} as portfolio_calendar
    on
        calendars.calendar = portfolio_calendar.calendar
        and positions.date = portfolio_calendar.calendar_date
        and delistings.delisting_date <= portfolio_calendar.prior_date

left join relistings
    on
        delistings.symbol = relistings.symbol
        and delistings.delisting_date = relistings.delisting_date
        and positions.date >= relistings.relisting_date

where positions.opening_weight <> 0 and relistings.symbol is null
