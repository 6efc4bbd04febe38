-- Each strategy's days: the newest, or all between two days.
with

known as (

    select daily_pnl.*

    from performance.daily_pnl as daily_pnl

    inner join seeds.strategies as strategies on daily_pnl.strategy = strategies.strategy

    where
        daily_pnl.date <= coalesce(cast($as_of as date), daily_pnl.date)
        and coalesce(list_contains(cast($strategy as varchar[]), daily_pnl.strategy), true)
        and strategies.asset_class
        = coalesce(cast($asset_class as varchar), strategies.asset_class)

),

newest as (

    select
        known.strategy,
        max(known.date) as date

    from known

    group by known.strategy

)

select known.*  -- noqa: AM04

from known

inner join newest on known.strategy = newest.strategy

where
    known.date between coalesce(
        cast($start as date),
        case when cast($end as date) is null then newest.date else known.date end
    )
    and coalesce(cast($end as date), known.date)

order by
    known.strategy,
    known.date
