-- What one strategy holds at the close of each day, after its trades, in dollars of its fund size
-- grown by its returns; the row 'cash' of a day is the rest of what the book is worth.
with

days as (

    select
        daily_pnl.date,
        daily_pnl.nav * strategies.aum_usd as worth_usd

    from performance.daily_pnl as daily_pnl

    inner join seeds.strategies as strategies on daily_pnl.strategy = strategies.strategy

    where daily_pnl.strategy = $strategy

),

weights as (

    select
        holdings.trade_date as date,
        holdings.symbol,
        holdings.weight_after as weight

    from portfolios.holdings as holdings

    where holdings.strategy = $strategy

    union all

    select
        positions.date,
        positions.symbol,
        positions.closing_weight as weight

    from portfolios.positions as positions

    where
        positions.strategy = $strategy
        and positions.date not in (
            select holdings.trade_date

            from portfolios.holdings as holdings

            where holdings.strategy = $strategy
        )

),

-- A ruined book holds nothing on the day of its ruin, nor after it.
held as (

    select
        days.date,
        weights.symbol,
        weights.weight * days.worth_usd as value_usd

    from weights

    inner join days on weights.date = days.date

    left join portfolios.ruins as ruins on ruins.strategy = $strategy

    where weights.weight <> 0 and (ruins.ruin_date is null or days.date < ruins.ruin_date)

)

select
    held.date,
    held.symbol,
    held.value_usd

from held

union all

select
    days.date,
    'cash' as symbol,
    any_value(days.worth_usd) - coalesce(sum(held.value_usd), 0) as value_usd

from days

left join held on days.date = held.date

group by days.date

order by date, symbol
