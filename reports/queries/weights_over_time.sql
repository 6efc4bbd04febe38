-- What each strategy held at the close of each month's last day, before that day's trades: its
-- long and short sums, what the ten largest of each make up, and the share in coins.
with

month_ends as (

    select
        daily_pnl.strategy,
        max(daily_pnl.date) as date

    from performance.daily_pnl as daily_pnl

    group by daily_pnl.strategy, last_day(daily_pnl.date)

),

held as (

    select
        positions.strategy,
        positions.date,
        positions.asset_class,
        positions.closing_weight,
        row_number() over (
            partition by positions.strategy, positions.date, positions.closing_weight > 0
            order by abs(positions.closing_weight) desc, positions.symbol asc
        ) as place

    from portfolios.positions as positions

    inner join month_ends
        on positions.strategy = month_ends.strategy and positions.date = month_ends.date

    where positions.closing_weight <> 0

)

select
    strategies.asset_class,
    held.strategy,
    held.date,
    sum(greatest(held.closing_weight, 0)) as long_weight,
    sum(least(held.closing_weight, 0)) as short_weight,
    coalesce(
        sum(held.closing_weight) filter (where held.closing_weight > 0 and held.place <= 10), 0
    ) as long_ten_largest,
    coalesce(
        sum(held.closing_weight) filter (where held.closing_weight < 0 and held.place <= 10), 0
    ) as short_ten_largest,
    sum(held.closing_weight) as net_weight,
    coalesce(
        sum(abs(held.closing_weight)) filter (where held.asset_class = 'crypto'), 0
    ) as crypto_weight,
    count(*) as n_names

from held

inner join seeds.strategies as strategies on held.strategy = strategies.strategy

group by strategies.asset_class, held.strategy, held.date

order by held.strategy, held.date
