-- What one strategy traded: units of the total-return price, so that units bought and sold add up
-- to what is held. A name that is not traded on a day of trades keeps its weight of a book that the
-- day's cost made smaller: its row is 'cost_share'. A delisting pays out what was held.
with

days as (

    select
        daily_pnl.date,
        lag(daily_pnl.date) over (order by daily_pnl.date) as prior_date,
        daily_pnl.nav * strategies.aum_usd as worth_usd,
        lag(daily_pnl.nav, 1, 1) over (order by daily_pnl.date)
        * strategies.aum_usd as opening_usd,
        daily_pnl.net_return,
        daily_pnl.cost_return

    from performance.daily_pnl as daily_pnl

    inner join seeds.strategies as strategies on daily_pnl.strategy = strategies.strategy

    where daily_pnl.strategy = $strategy

),

traded as (

    select
        days.date,
        holdings.symbol,
        (
            holdings.weight_after * days.worth_usd
            - holdings.weight_before
            * days.opening_usd
            * (1 + days.net_return + days.cost_return)
        )
        / prices.price as amount,
        prices.price,
        coalesce(trades.cost_return, 0) * days.opening_usd as cost_usd,
        case when trades.symbol is null then 'cost_share' else 'trade' end as reason

    from portfolios.holdings as holdings

    inner join days on holdings.trade_date = days.date

    inner join temp.exports_prices as prices
        on holdings.trade_date = prices.date and holdings.symbol = prices.symbol

    left join portfolios.trades as trades
        on
            holdings.trade_date = trades.trade_date
            and holdings.strategy = trades.strategy
            and holdings.symbol = trades.symbol

    left join portfolios.ruins as ruins on holdings.strategy = ruins.strategy

    where
        holdings.strategy = $strategy
        and (trades.symbol is not null or days.cost_return > 0)
        and (ruins.ruin_date is null or holdings.trade_date < ruins.ruin_date)

),

paid_out as (

    select
        days.date,
        positions.symbol,
        -positions.opening_weight * days.opening_usd / prior_prices.price as amount,
        prices.price,
        cast(0 as double) as cost_usd,
        case when positions.is_ruined then 'ruin' else 'delisting' end as reason

    from portfolios.positions as positions

    inner join days on positions.date = days.date

    inner join temp.exports_prices as prices
        on positions.date = prices.date and positions.symbol = prices.symbol

    inner join temp.exports_prices as prior_prices
        on days.prior_date = prior_prices.date and positions.symbol = prior_prices.symbol

    where
        positions.strategy = $strategy
        and positions.closing_weight = 0

),

dated as (

    select * from traded

    union all

    select * from paid_out

)

select
    dated.date,
    dated.amount,
    dated.price,
    dated.symbol,
    assets.venue,
    dated.amount * dated.price as value_usd,
    dated.cost_usd,
    dated.reason

from dated

inner join prepared.assets as assets on dated.symbol = assets.symbol

order by dated.date, dated.symbol
